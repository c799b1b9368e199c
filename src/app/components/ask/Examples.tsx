import { useTranslation } from "react-i18next";
import type { GistManifest } from "../../../sdk/gist/types.ts";
import { examplesFor } from "../../ask/examples.ts";
import { about } from "../../wording.ts";

interface Props {
  readonly manifest: GistManifest;
  /** Questions to try are offered: nothing is written yet. */
  readonly tries: boolean;
  readonly onPick: (text: string) => void;
}

/** Questions to try, and the topics that the bundle knows. */
export function Examples({ manifest, tries, onPick }: Props) {
  const { t } = useTranslation("ask");
  const examples = examplesFor(manifest.id);
  return (
    <>
      {tries && examples.length > 0 && (
        <section className="openings" aria-labelledby="examples-title">
          <h2 className="small-title" id="examples-title">
            {t("examples")}
          </h2>
          <ul>
            {examples.map((text) => (
              <li key={text}>
                <button type="button" className="opening" onClick={() => onPick(text)}>
                  {/* In English, whatever the page speaks. */}
                  <span className="opening-text" lang="en" dir="ltr">
                    {text}
                  </span>
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
      <details className="disclosure topics">
        <summary>{t("topics", { n: about(manifest.labels.length) })}</summary>
        <ul lang={manifest.language}>
          {manifest.labels.map(({ name, title }) => (
            <li key={name} dir="auto">
              {title}
            </li>
          ))}
        </ul>
      </details>
    </>
  );
}
