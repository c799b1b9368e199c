import { useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useCustomProperty } from "../hooks/useCustomProperty.ts";
import { REDUCED_MOTION, useMedia } from "../hooks/useMedia.ts";
import { t } from "../i18n/i18n.ts";
import { stripLayout } from "../levels/layout.ts";
import { paintLegend, paintStrip, scale } from "../levels/paint.ts";
import { levelRows, privateRows, type LevelRows } from "../levels/rows.ts";
import { useLevelCanvas } from "../levels/useLevelCanvas.ts";
import { dissolveTime } from "../motion.ts";
import type { ShownLevels } from "../shown.ts";
import { about, counted, sentences, tenth, tokenLabel } from "../wording.ts";

/** Levels as a strip: a row for each token with its text beside it, a column for each coordinate. */
export function Strip({ shown, label }: { shown: ShownLevels; label: string }) {
  useTranslation();
  const { segments, tokens } = shown;
  const rows = useMemo(() => levelRows(tokens, segments), [tokens, segments]);
  const still = useMedia(REDUCED_MOTION, true);
  const box = useRef<HTMLDivElement>(null);
  const moving = shown.kind !== "example" && !still;
  const canvas = useLevelCanvas(rows, paintStrip, moving ? dissolveTime(tokens.length) : 0);
  const { row, labelled } = stripLayout(tokens.length);
  useCustomProperty(box, "--row", `${row}px`);
  return (
    // Scrolls when there are many rows; what scrolls must be reachable by keyboard.
    <div ref={box} className={shown.stale ? "strip is-stale" : "strip"} tabIndex={0} role="group" aria-label={label}>
      {labelled && (
        <ol className="strip-labels" aria-hidden="true">
          {tokens.map((token, i) => (
            <li key={i} dir="auto">
              {tokenLabel(token.text)}
            </li>
          ))}
        </ol>
      )}
      <div className="strip-box">
        <canvas ref={canvas} className="levels" role="img" aria-label={description(shown.kind, rows)} />
      </div>
    </div>
  );
}

/** What the picture shows, for one who cannot see it. */
export function description(kind: ShownLevels["kind"], rows: LevelRows): string {
  const top = 2 ** rows.bits - 1;
  const hidden = privateRows(rows);
  const open = rows.rows.length - hidden;
  const sum = rows.rows.reduce((total, row) => total + (row?.levels.reduce((of, level) => of + level, 0) ?? 0), 0);
  const mean = hidden === 0 ? 0 : sum / (hidden * rows.dim);
  const picture = t(PICTURES[kind], {
    rows: t("meter:rows", counted(hidden)),
    levels: t("meter:levels", counted(rows.dim)),
    top: about(top),
    mean: tenth(mean),
  });
  return sentences(picture, open === 0 ? null : t("meter:pictureOpen", counted(open)));
}

const PICTURES = {
  example: "meter:pictureExample",
  sent: "meter:pictureSent",
  unanswered: "meter:pictureUnanswered",
} as const;

export function Legend({ bits }: { bits: number }) {
  useTranslation();
  const top = 2 ** bits - 1;
  const canvas = useLevelCanvas(scale(bits), paintLegend, 0);
  return (
    <div className="legend" dir="ltr" role="img" aria-label={t("meter:scale", { top: about(top) })}>
      <span aria-hidden="true">0</span>
      <div className="legend-box" aria-hidden="true">
        <canvas ref={canvas} className="levels" />
      </div>
      <span aria-hidden="true">{top}</span>
    </div>
  );
}
