import type { Release } from "../../sdk/types.ts";
import { paintGlyphs } from "../levels/paint.ts";
import { useLevelCanvas } from "../levels/useLevelCanvas.ts";
import { dissolveTime } from "../motion.ts";
import { bytes, count } from "../wording.ts";

interface Props {
  readonly release: Release;
  /** False where it failed before anything came back. */
  readonly answered: boolean;
  readonly moving: boolean;
}

/** The text as it left: one small rectangle of levels for each token, set in lines as words are. */
export function Glyphs({ release, answered, moving }: Props) {
  const levels = release.segments[0];
  const data = levels ?? NO_LEVELS;
  const canvas = useLevelCanvas(data, paintGlyphs, moving ? dissolveTime(data.tokens) : 0);
  if (levels === undefined) return null;
  return (
    <figure className="glyphs">
      <div className="glyphs-box">
        <canvas ref={canvas} className="levels" role="img" aria-label={`${count(levels.tokens, "token")} as levels`} />
      </div>
      <figcaption>
        {answered ? "What left this device in place of your words" : "Drawn to be sent in place of your words"}:{" "}
        {count(levels.tokens, "token")}, {bytes(release.sizes.frame)}
      </figcaption>
    </figure>
  );
}

const NO_LEVELS = { preset: "", bits: 1, dim: 1, tokens: 0, levels: new Uint8Array(0) };
