import type { ReactNode } from "react";
import { Trans, useTranslation } from "react-i18next";
import type { GistManifest } from "../../../sdk/gist/types.ts";
import type { Priced } from "../../ask/priced.ts";
import { about, atMost, tenth, tenthsOfPercent, title, tokens } from "../../wording.ts";
import { DrawnLine, Epsilon, FORMULA } from "../Costs.tsx";
import { MeterBar, MeterMark } from "../Meter.tsx";

/** The bar alone. It is as long as the least quiet preset of the bundle tells, so it does not move with what is written. */
export function AskBar({ priced }: { readonly priced: Priced }) {
  const { t } = useTranslation("ask");
  const bits = priced.cost.bits;
  return <MeterBar bits={bits} most={scaleOf(priced)} text={t("meterText", { bits: atMost(bits) })} />;
}

function scaleOf({ manifest, most }: Priced): number {
  return Math.ceil(Math.max(most, topicBits(manifest)));
}

/** Bits that name one of its topics, if each were as likely. */
function topicBits({ labels }: GistManifest): number {
  return Math.log2(labels.length);
}

interface Props {
  readonly priced: Priced;
  /** What the figure is of. */
  readonly when: "any" | "would" | "told";
  readonly drawn: { readonly releases: number; readonly bits: number };
  /** Everything since. */
  readonly since: ReactNode;
}

const WHEN = { any: "anyWould", would: "wouldTell", told: "told" } as const;

/** The privacy meter of a question: bits, epsilon and what is read of its words, of the whole of it. */
export function AskMeter({ priced, when, drawn, since }: Props) {
  const { t } = useTranslation(["ask", "meter"]);
  const { manifest, preset, cost } = priced;
  const { inverter } = preset.measured;
  const topic = topicBits(manifest);
  return (
    <section className="panel-section" aria-labelledby="meter-title">
      <h2 className="panel-title" id="meter-title">
        {t("meter:title")} <span className="panel-preset">{title(preset.name)}</span>
      </h2>
      <div className="meter-figure">
        <p className="meter-when">{t(WHEN[when])}</p>
        <p className="meter-number">
          <Trans
            t={t}
            i18nKey="ask:figure"
            values={{ bits: atMost(cost.bits) }}
            components={{
              bound: <span className="meter-bound" />,
              strong: <strong />,
              of: <span className="meter-of" />,
            }}
          />
        </p>
        <AskBar priced={priced} />
        <MeterMark at={topic / scaleOf(priced)}>
          {t("topicBits", { n: about(manifest.labels.length), bits: tenth(topic) })}
        </MeterMark>
      </div>
      <table className="costs">
        <caption className="visually-hidden">{t("costs")}</caption>
        <tbody>
          <tr>
            <th scope="row">
              {t("meter:bits")} <span>{t("meter:atMost")}</span>
            </th>
            <td>{atMost(cost.bits)}</td>
          </tr>
          <tr>
            <th scope="row">
              <Epsilon />{" "}
              <span>
                <Trans t={t} i18nKey="meter:atDelta" components={FORMULA} />
              </span>
            </th>
            <td>{atMost(cost.epsilon)}</td>
          </tr>
          <tr>
            <th scope="row">
              {t("wordsRead")} <span>{t("byInverter")}</span>
            </th>
            <td>
              {tenthsOfPercent(inverter.recovery)}{" "}
              <span>{t("blind", { share: tenthsOfPercent(inverter.baseline) })}</span>
            </td>
          </tr>
        </tbody>
      </table>
      <DrawnLine drawn={drawn} />
      {since}
      <p className="aside-note">{t("ledgerCounts", { tokens: tokens(manifest.vectors) })}</p>
      <details className="disclosure">
        <summary>{t("meter:explained")}</summary>
        <div className="explained">
          <h3>{t("meter:bits")}</h3>
          <p>{t("explainedBits")}</p>
          <h3>
            <Trans t={t} i18nKey="meter:epsilonTitle" components={FORMULA} />
          </h3>
          <p>
            <Trans
              t={t}
              i18nKey="ask:explainedEpsilon"
              values={{ epsilon: atMost(cost.epsilon) }}
              components={FORMULA}
            />
          </p>
          <h3>{t("wordsRead")}</h3>
          <p>
            {t("explainedRead", {
              n: about(inverter.tokens),
              recovery: tenthsOfPercent(inverter.recovery),
              low: tenthsOfPercent(inverter.low),
              high: tenthsOfPercent(inverter.high),
              baseline: tenthsOfPercent(inverter.baseline),
            })}
          </p>
        </div>
      </details>
    </section>
  );
}
