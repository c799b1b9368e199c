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
  const baseline = Math.max(...manifest.presets.map(({ measured }) => strongestAttacker(measured.recovery).baseline));
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
              <span>{wordsIn(strongestAttacker(preset.measured.recovery).recovery)} readable</span>
              <span>at most {atMost(costOf(preset.name).bits)} bits a token</span>
            </span>
          </label>
        ))}
      </div>
      <p className="presets-note" id="presets-note">
        What the strongest attacker we know of reads, as the bundle states it, measured on stories. Guessing blind:{" "}
        {wordsIn(baseline)}.
      </p>
    </fieldset>
  );
}
