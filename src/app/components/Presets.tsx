import { useTranslation } from "react-i18next";
import { strongestAttacker } from "../../sdk/reading.ts";
import type { Manifest, PrivacyCost } from "../../sdk/types.ts";
import { atMost, title, wordsIn } from "../wording.ts";

interface Props {
  readonly manifest: Manifest;
  readonly chosen: string;
  /** The cost of one token. */
  readonly costOf: (preset: string) => PrivacyCost;
  readonly onChoose: (preset: string) => void;
}

/** How quietly to speak: each preset with what was measured of it. */
export function Presets({ manifest, chosen, costOf, onChoose }: Props) {
  const { t } = useTranslation("composer");
  const baseline = Math.max(...manifest.presets.map(({ measured }) => strongestAttacker(measured.recovery).baseline));
  return (
    <fieldset className="presets" role="radiogroup" aria-label={t("preset")} aria-describedby="presets-note">
      <div className="presets-row">
        {manifest.presets.map((preset) => (
          <label key={preset.name} className="preset">
            <input
              type="radio"
              name="preset"
              value={preset.name}
              checked={preset.name === chosen}
              onChange={() => onChoose(preset.name)}
              aria-label={title(preset.name)}
              aria-describedby={`preset-${preset.name}`}
            />
            <span className="preset-name">{title(preset.name)}</span>
            <span className="preset-facts" id={`preset-${preset.name}`}>
              <span>{t("readable", { words: wordsIn(strongestAttacker(preset.measured.recovery).recovery) })}</span>
              <span>{t("bitsEach", { bits: atMost(costOf(preset.name).bits) })}</span>
            </span>
          </label>
        ))}
      </div>
      <p className="presets-note" id="presets-note">
        {t("presetsNote", { words: wordsIn(baseline) })}
      </p>
    </fieldset>
  );
}
