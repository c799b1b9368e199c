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
  const presets = manifest.presets.map(({ name, measured }) => ({
    name,
    facts: [
      t("readable", { words: wordsIn(strongestAttacker(measured.recovery).recovery) }),
      t("bitsEach", { bits: atMost(costOf(name).bits) }),
    ],
  }));
  return (
    <PresetRadios
      presets={presets}
      chosen={chosen}
      note={t("presetsNote", { words: wordsIn(baseline) })}
      onChoose={onChoose}
    />
  );
}

interface RadioProps {
  readonly presets: readonly { readonly name: string; readonly facts: readonly string[] }[];
  readonly chosen: string;
  /** Whence the facts. */
  readonly note: string;
  readonly onChoose: (preset: string) => void;
}

export function PresetRadios({ presets, chosen, note, onChoose }: RadioProps) {
  const { t } = useTranslation("composer");
  return (
    <fieldset className="presets" role="radiogroup" aria-label={t("preset")} aria-describedby="presets-note">
      <div className="presets-row">
        {presets.map(({ name, facts }) => (
          <label key={name} className="preset">
            <input
              type="radio"
              name="preset"
              value={name}
              checked={name === chosen}
              onChange={() => onChoose(name)}
              aria-label={title(name)}
              aria-describedby={`preset-${name}`}
            />
            <span className="preset-name">{title(name)}</span>
            <span className="preset-facts" id={`preset-${name}`}>
              {facts.map((fact) => (
                <span key={fact}>{fact}</span>
              ))}
            </span>
          </label>
        ))}
      </div>
      <p className="presets-note" id="presets-note">
        {note}
      </p>
    </fieldset>
  );
}
