import { useEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { ExampleDraw } from "../../../sdk/types.ts";
import { paintGlyphs } from "../../levels/paint.ts";
import { levelRows } from "../../levels/rows.ts";
import { useTheme } from "../../theme.ts";
import { about } from "../../wording.ts";

/** The levels of the sample, as many of them as have appeared. Painted by the introduction's clock, so that a pause holds them, too. */
export function SampleLevels({ draw, shown }: { readonly draw: ExampleDraw; readonly shown: number }) {
  const { t } = useTranslation("welcome");
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = useTheme();
  const rows = useMemo(() => levelRows(draw.tokens, draw.segments), [draw]);
  const count = rows.rows.length;
  // Whole tokens appear, so there is nothing to paint in between.
  const visible = Math.ceil(shown * count) / Math.max(1, count);

  useEffect(() => {
    const box = canvas.current?.parentElement;
    if (canvas.current === null || box === null || box === undefined) return;
    const target = canvas.current;
    const paint = () => {
      if (box.clientWidth > 0) paintGlyphs(target, rows, box.clientWidth, visible);
    };
    paint();
    let width = box.clientWidth;
    const observer = new ResizeObserver(() => {
      if (box.clientWidth === width) return;
      width = box.clientWidth;
      paint();
    });
    observer.observe(box);
    return () => observer.disconnect();
  }, [rows, visible, theme]);

  return (
    <div className="glyphs-box">
      <canvas ref={canvas} className="levels" role="img" aria-label={t("levels", { count, formatted: about(count) })} />
    </div>
  );
}
