import { useTranslation } from "react-i18next";
import type { Classification, GistLabel, GistManifest } from "../../../sdk/gist/types.ts";
import { readingOf, type Reading } from "../../ask/answer.ts";
import { tenthsOfPercent, title } from "../../wording.ts";
import { Shares } from "./Shares.tsx";

interface Props {
  readonly answer: Classification;
  readonly manifest: GistManifest;
  /** It was asked at. */
  readonly preset: string;
}

/** The help for the likeliest topic, or for the few that it may be; and how likely each is. */
export function Answer({ answer, manifest, preset }: Props) {
  const { t } = useTranslation("ask");
  const reading = readingOf(answer.labels);
  return (
    <div className="answer">
      <Said reading={reading} language={manifest.language} />
      {reading.kind !== "sure" && <Lighter manifest={manifest} preset={preset} />}
      <section className="answer-shares" aria-labelledby="likelihoods">
        <h3 className="small-title" id="likelihoods">
          {t("likelihoods")}
        </h3>
        <Shares
          shares={answer.labels.map(({ title: name, probability }) => ({ name, probability }))}
          label={t("likelihoods")}
          language={manifest.language}
          rest
        />
        <p className="aside-note">{t("likelihoodsNote")}</p>
      </section>
    </div>
  );
}

function Said({ reading, language }: { readonly reading: Reading; readonly language: string | undefined }) {
  const { t } = useTranslation("ask");
  if (reading.kind === "sure") {
    return (
      <div className="answer-said" data-testid="answer">
        <Help label={reading.labels[0]} language={language} large />
      </div>
    );
  }
  const lost = reading.kind === "lost";
  return (
    <div className="answer-said" data-testid="answer" data-unsure="true">
      <p className="answer-unsure">{lost ? t("lost") : t("unsure")}</p>
      <p className="aside-note">{lost ? t("lostWhy") : t("unsureWhy")}</p>
      <ul className="answer-may-be">
        {reading.labels.map((label) => (
          <li key={label.name}>
            <Help label={label} language={language} />
          </li>
        ))}
      </ul>
    </div>
  );
}

interface HelpProps {
  readonly label: GistLabel;
  /** Of the bundle, whatever the page speaks. */
  readonly language: string | undefined;
  readonly large?: boolean;
}

function Help({ label: { title, help }, language, large = false }: HelpProps) {
  return (
    <div lang={language} dir="auto" className={large ? "help is-large" : "help"}>
      <h3 className="help-title">{title}</h3>
      <p className="help-text">{help}</p>
    </div>
  );
}

/** The least quiet preset, and how much more often it is right: nothing where it is the one that was asked at. */
function Lighter({ manifest, preset }: Omit<Props, "answer">) {
  const { t } = useTranslation("ask");
  const now = manifest.presets.find(({ name }) => name === preset);
  const most = manifest.presets.reduce((a, b) => (b.mu > a.mu ? b : a));
  if (now === undefined || most.mu <= now.mu) return null;
  return (
    <p className="aside-note">
      {t("lighter", {
        lighter: title(most.name),
        more: tenthsOfPercent(most.measured.accuracy.share),
        preset: title(now.name),
        share: tenthsOfPercent(now.measured.accuracy.share),
      })}
    </p>
  );
}
