import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Release } from "../../sdk/types.ts";
import { paintGlyphs } from "../levels/paint.ts";
import { levelRows, privateRows } from "../levels/rows.ts";
import { useLevelCanvas } from "../levels/useLevelCanvas.ts";
import { dissolveTime } from "../motion.ts";
import { bytes, counted, tokens } from "../wording.ts";

interface Props {
  readonly release: Release;
  /** False where it failed before anything came back. */
  readonly answered: boolean;
  readonly moving: boolean;
}

/** The text as it left: one small rectangle of levels for each token, set in lines as words are. */
export function Glyphs({ release, answered, moving }: Props) {
  const { t } = useTranslation("reply");
  const rows = useMemo(() => levelRows(release.tokens, release.segments), [release]);
  const canvas = useLevelCanvas(rows, paintGlyphs, moving ? dissolveTime(rows.rows.length) : 0);
  const hidden = privateRows(rows);
  const open = rows.rows.length - hidden;
  const said = { tokens: tokens(hidden), bytes: bytes(release.sizes.frame) };
  return (
    <figure className="glyphs">
      <div className="glyphs-box">
        <canvas ref={canvas} className="levels" role="img" aria-label={t("glyphs", counted(hidden))} />
      </div>
      <figcaption>
        {open > 0
          ? t(answered ? "leftBeside" : "toLeaveBeside", { ...said, open: tokens(open) })
          : t(answered ? "left" : "toLeave", said)}
      </figcaption>
    </figure>
  );
}
