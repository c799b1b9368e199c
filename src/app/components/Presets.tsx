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
  const baseline = manifest.presets[0]?.measured.recovery.baseline ?? 0;
  return (
    <fieldset className="presets" role="radiogroup" aria-label="Preset" aria-describedby="presets-note">
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
              <span>names {wordsIn(preset.measured.recovery.bayes)}</span>
              <span>at most {atMost(costOf(preset.name).bits)} bits a token</span>
            </span>
          </label>
        ))}
      </div>
      <p className="presets-note" id="presets-note">
        What an attacker names who looks at each token alone, as the bundle states it, measured on stories; one who uses
        the words around it names more. Guessing blind: {wordsIn(baseline)}.
      </p>
    </fieldset>
  );
}
