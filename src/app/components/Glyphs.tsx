import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { PromptToken, ReleasedLevels } from "../../sdk/types.ts";
import { paintGlyphs } from "../levels/paint.ts";
import { levelRows, privateRows } from "../levels/rows.ts";
import { useLevelCanvas } from "../levels/useLevelCanvas.ts";
import { dissolveTime } from "../motion.ts";
import { counted } from "../wording.ts";

interface Props {
  readonly tokens: readonly PromptToken[];
  readonly segments: readonly ReleasedLevels[];
  readonly moving: boolean;
  readonly caption: string;
}

/** The text as it left: one small rectangle of levels for each token, set in lines as words are. */
export function Glyphs({ tokens, segments, moving, caption }: Props) {
  const { t } = useTranslation("reply");
  const rows = useMemo(() => levelRows(tokens, segments), [tokens, segments]);
  const canvas = useLevelCanvas(rows, paintGlyphs, moving ? dissolveTime(rows.rows.length) : 0);
  return (
    <figure className="glyphs">
      <div className="glyphs-box">
        <canvas ref={canvas} className="levels" role="img" aria-label={t("glyphs", counted(privateRows(rows)))} />
      </div>
      <figcaption>{caption}</figcaption>
    </figure>
  );
}
