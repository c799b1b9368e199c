import { useTranslation } from "react-i18next";
import type { GistManifest, GistReading } from "../../../sdk/gist/types.ts";
import { t } from "../../i18n/i18n.ts";
import { about, tenth, tenthsOfPercent } from "../../wording.ts";
import { Shares } from "./Shares.tsx";

interface Props {
  readonly manifest: GistManifest;
  readonly preset: string;
  /** Null where the bundle has no examples to compare with. */
  readonly reading: GistReading | null;
  /** It is of an earlier text, or of another preset. */
  readonly stale: boolean;
}

/** The sentence: to how many topics the levels narrow it down. `once`: of the one draw that left. */
export function narrowed({ labels }: GistManifest, { bitsGained, draws }: GistReading): string {
  const left = Math.max(1, Math.round(2 ** (Math.log2(labels.length) - bitsGained)));
  return t(draws === 1 ? "ask:narrowedOnce" : "ask:narrowed", { n: about(left), all: about(labels.length) });
}

/** What could be made of a question: its topic, the questions it could be taken for, and its words. */
export function Looked({ manifest, preset, reading, stale }: Props) {
  const { t } = useTranslation(["ask", "leak"]);
  const inverter = manifest.presets.find(({ name }) => name === preset)?.measured.inverter;
  return (
    <div className={stale ? "leak-result is-stale" : "leak-result"}>
      {stale && <p className="leak-stale">{t("leak:earlierText")}</p>}
      {reading === null ? (
        <p className="aside-note">{t("noExamples")}</p>
      ) : (
        <>
          <p className="leak-sentence" data-testid="leak-sentence">
            {narrowed(manifest, reading)}
          </p>
          <p className="aside-note">
            {t("narrowedBits", {
              gained: tenth(reading.bitsGained),
              whole: tenth(Math.log2(manifest.labels.length)),
            })}
          </p>
          <div className="looked-sides">
            <section>
              <h3 className="small-title">{t("takenFor")}</h3>
              <Shares
                shares={reading.labels.map(({ title, probability }) => ({ name: title, probability }))}
                label={t("takenFor")}
                language={manifest.language}
              />
            </section>
            <section>
              <h3 className="small-title">{t("fits")}</h3>
              <Shares
                shares={reading.messages.map(({ text, probability }) => ({ name: text, probability }))}
                label={t("fits")}
                language={manifest.language}
              />
              <p className="aside-note">{t("fitsNote")}</p>
            </section>
          </div>
        </>
      )}
      {inverter !== undefined && (
        <section className="looked-words">
          <h3 className="small-title">{t("itsWords")}</h3>
          <p>
            {t("itsWordsRead", {
              recovery: tenthsOfPercent(inverter.recovery),
              baseline: tenthsOfPercent(inverter.baseline),
            })}
          </p>
        </section>
      )}
    </div>
  );
}
