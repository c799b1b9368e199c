import { useTranslation } from "react-i18next";
import { OPENINGS } from "../openings.ts";

/** Texts to begin with, one of them with something in it that one would not hand over. */
export function Openings({ onPick }: { onPick: (text: string) => void }) {
  const { t } = useTranslation("composer");
  return (
    <section className="openings" aria-labelledby="openings-title">
      <h2 className="small-title" id="openings-title">
        {t("openings")}
      </h2>
      <ul>
        {OPENINGS.map((opening) => (
          <li key={opening.text}>
            <button type="button" className="opening" onClick={() => onPick(opening.text)}>
              {/* In the language of the model, whatever the page speaks. */}
              <span className="opening-text" lang="en" dir="ltr">
                {opening.text} …
              </span>
              {opening.secret && <span className="tag">{t("holdsSecret")}</span>}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
