import { useMemo } from "react";
import type { Release } from "../../sdk/types.ts";
import { paintGlyphs } from "../levels/paint.ts";
import { levelRows, privateRows } from "../levels/rows.ts";
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
  const rows = useMemo(() => levelRows(release.tokens, release.segments), [release]);
  const canvas = useLevelCanvas(rows, paintGlyphs, moving ? dissolveTime(rows.rows.length) : 0);
  const hidden = privateRows(rows);
  const open = rows.rows.length - hidden;
  return (
    <figure className="glyphs">
      <div className="glyphs-box">
        <canvas ref={canvas} className="levels" role="img" aria-label={`${count(hidden, "token")} as levels`} />
      </div>
      <figcaption>
        {answered ? "What left this device in place of your words" : "Drawn to be sent in place of your words"}:{" "}
        {count(hidden, "token")}
        {open > 0 && `, beside ${count(open, "token")} in the clear (empty frames)`}, {bytes(release.sizes.frame)}
      </figcaption>
    </figure>
  );
}
