import { Trans, useTranslation } from "react-i18next";
import { mostOfRare, strongestAttacker } from "../../sdk/reading.ts";
import type { Manifest, Preset } from "../../sdk/types.ts";
import { t } from "../i18n/i18n.ts";
import { usefulness, type Costs } from "../privacy.ts";
import {
  about,
  atMost,
  counted,
  formatted,
  percent,
  sentences,
  tenth,
  tenthsOfPercent,
  title,
  wordsIn,
} from "../wording.ts";
import { FORMULA } from "./Costs.tsx";

interface Props {
  readonly manifest: Manifest;
  readonly preset: Preset;
  readonly costs: Costs;
}

/** What the numbers of the meter promise, and what they do not. */
export function Explained({ manifest, preset, costs }: Props) {
  useTranslation();
  const { recovery } = preset.measured;
  const strongest = strongestAttacker(recovery);
  const rare = mostOfRare(recovery);
  const perToken = manifest.measured.clean.released.mean / Math.LN2;
  const read = {
    ...counted(strongest.tokens),
    recovery: tenthsOfPercent(strongest.recovery),
    low: tenthsOfPercent(strongest.low),
    high: tenthsOfPercent(strongest.high),
    baseline: tenthsOfPercent(strongest.baseline),
  };
  return (
    <details className="disclosure">
      <summary>{t("meter:explained")}</summary>
      <div className="explained">
        <h3>{t("meter:bits")}</h3>
        <p>
          {t("meter:explainedBits", {
            vocabulary: about(manifest.model.vocabulary),
            size: about(costs.tokenSize),
            predictable: tenth(perToken),
          })}
        </p>
        <h3>
          <Trans t={t} i18nKey="meter:epsilonTitle" components={FORMULA} />
        </h3>
        <p>
          <Trans
            t={t}
            i18nKey="meter:epsilonToken"
            values={{ epsilon: atMost(costs.token.epsilon) }}
            components={FORMULA}
          />{" "}
          {costs.message !== null && (
            <Trans
              t={t}
              i18nKey="meter:epsilonMessage"
              values={{ epsilon: atMost(costs.message.epsilon) }}
              components={FORMULA}
            />
          )}{" "}
          {t("meter:epsilonSize")}
        </p>
        <h3>{t("meter:readTitle")}</h3>
        <p>
          {sentences(
            strongest === recovery.attackers.denoiser
              ? t("meter:readByDenoiser", read)
              : recovery.attackers.sequence === undefined
                ? t("meter:readByWords", read)
                : t("meter:readBySequence", read),
            rare === null ? null : t("meter:rareRead", { recovery: tenthsOfPercent(rare) }),
          )}
        </p>
      </div>
    </details>
  );
}

/** What is left for the server to work with: the price of the noise, in plain words. */
export function WhatItMakesOfIt({ manifest, preset }: { manifest: Manifest; preset: Preset }) {
  useTranslation();
  const { released, error, clear, share } = usefulness(manifest, preset);
  const nothing = released < 2 * error;
  return (
    <details className="disclosure">
      <summary>{t("meter:usefulness")}</summary>
      <div className="explained">
        <p>{verdict(nothing ? 0 : share)}</p>
        <p>
          {t(nothing ? "meter:usefulnessNothing" : "meter:usefulnessMeasured", {
            preset: title(preset.name),
            released: nats(released),
            error: nats(error),
            clear: nats(clear),
            share: percent(share),
            words: wordsIn(strongestAttacker(preset.measured.recovery).recovery),
          })}
        </p>
      </div>
    </details>
  );
}

function nats(value: number): string {
  return formatted(value, { minimumFractionDigits: 3, maximumFractionDigits: 3 }).replace("-", "−");
}

/** A sentence for each range of the share that gets through. */
export function verdict(share: number): string {
  if (share < 0.1) return t("meter:usefulLittle");
  if (share < 0.35) return t("meter:usefulSome");
  if (share < 0.7) return t("meter:usefulMuch");
  return t("meter:usefulMost");
}
