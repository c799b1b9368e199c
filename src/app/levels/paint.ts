/** Painting released levels on a canvas. Nothing is kept: every call paints the whole. */
import { t as words } from "../i18n/i18n.ts";
import { glyphLayout, stripLayout } from "./layout.ts";
import { paletteOf } from "./palette.ts";
import type { LevelRows } from "./rows.ts";

/** Size a canvas for the screen's pixels and clear it. */
function prepare(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D | null {
  const ratio = window.devicePixelRatio;
  canvas.width = Math.max(1, Math.round(width * ratio));
  canvas.height = Math.max(1, Math.round(height * ratio));
  canvas.style.setProperty("width", `${width}px`);
  canvas.style.setProperty("height", `${height}px`);
  const context = canvas.getContext("2d");
  context?.setTransform(canvas.width / width, 0, 0, canvas.height / height, 0, 0);
  return context;
}

/** One row a token, one column a coordinate; the first `shown` (0..1) of the rows. A public token has the word, and no levels. */
export function paintStrip(canvas: HTMLCanvasElement, data: LevelRows, width: number, shown: number): void {
  const { row, gap, labelled } = stripLayout(data.rows.length);
  const context = prepare(canvas, width, data.rows.length * row - gap);
  if (context === null) return;
  const colours = palettes(canvas);
  const ink = inkOf(canvas);
  const rows = Math.ceil(shown * data.rows.length);
  const cell = width / data.dim;
  for (let t = 0; t < rows; t++) {
    const levels = data.rows[t];
    if (levels === null || levels === undefined) {
      context.fillStyle = ink;
      if (labelled) {
        context.font = `${row - gap - 4}px ${getComputedStyle(document.body).fontFamily}`;
        context.textBaseline = "middle";
        // Beside its label; the levels themselves run from left to right in every language.
        const rightToLeft = getComputedStyle(canvas).direction === "rtl";
        context.textAlign = "start";
        context.fillText(words("meter:publicRow"), rightToLeft ? width : 0, t * row + (row - gap) / 2);
      } else {
        // Many such rows are no pattern of their own.
        context.globalAlpha = 0.35;
        context.fillRect(0, t * row + (row - gap) / 2, width, 0.5);
        context.globalAlpha = 1;
      }
      continue;
    }
    for (let i = 0; i < data.dim; i++) {
      context.fillStyle = colours(levels.bits)[levels.levels[i] ?? 0] ?? "";
      const left = snapped(i * cell);
      context.fillRect(left, t * row, snapped((i + 1) * cell) - left, row - gap);
    }
  }
}

/** One small rectangle a token, in lines; the first `shown` (0..1) of them. That of a public token is a frame with nothing in it. */
export function paintGlyphs(canvas: HTMLCanvasElement, data: LevelRows, width: number, shown: number): void {
  const layout = glyphLayout(data.rows.length, data.dim, width);
  const context = prepare(canvas, width, layout.height);
  if (context === null) return;
  const colours = palettes(canvas);
  context.strokeStyle = inkOf(canvas);
  context.lineWidth = 1;
  const across = layout.columns * layout.cell + layout.gap;
  const down = layout.rows * layout.cell + layout.gap;
  const visible = Math.ceil(shown * data.rows.length);
  for (let t = 0; t < visible; t++) {
    const row = data.rows[t];
    const left = (t % layout.perLine) * across;
    const top = Math.floor(t / layout.perLine) * down;
    if (row === null || row === undefined) {
      const [w, h] = [layout.columns * layout.cell, layout.rows * layout.cell];
      context.strokeRect(left + 0.5, top + 0.5, w - 1, h - 1);
      continue;
    }
    for (let i = 0; i < data.dim; i++) {
      context.fillStyle = colours(row.bits)[row.levels[i] ?? 0] ?? "";
      const x = left + (i % layout.columns) * layout.cell;
      const y = top + Math.floor(i / layout.columns) * layout.cell;
      context.fillRect(x, y, layout.cell, layout.cell);
    }
  }
}

/** The ramps of an element, computed once for each width of a level. */
function palettes(canvas: HTMLCanvasElement): (bits: number) => string[] {
  const known = new Map<number, string[]>();
  return (bits) => {
    const ramp = known.get(bits) ?? paletteOf(canvas, bits);
    known.set(bits, ramp);
    return ramp;
  };
}

/** The colour of text where the canvas stands: its own `color` is that of a level. */
function inkOf(canvas: HTMLCanvasElement): string {
  return getComputedStyle(canvas.parentElement ?? canvas).color;
}

/** On a screen pixel, so that neighbouring cells leave no seam. */
function snapped(x: number): number {
  const ratio = window.devicePixelRatio;
  return Math.round(x * ratio) / ratio;
}

/** The colour scale: every level once, side by side. */
export function paintLegend(canvas: HTMLCanvasElement, data: LevelRows, width: number): void {
  const height = 8;
  const context = prepare(canvas, width, height);
  if (context === null) return;
  const colours = paletteOf(canvas, data.bits);
  colours.forEach((colour, level) => {
    context.fillStyle = colour;
    const left = snapped((level * width) / colours.length);
    context.fillRect(left, 0, snapped(((level + 1) * width) / colours.length) - left, height);
  });
}

const scales = Array.from({ length: 9 }, (_, bits): LevelRows => ({ bits, dim: 1, rows: [] }));

/** What `paintLegend` is given: only the width of a level matters. */
export function scale(bits: number): LevelRows {
  return scales[bits] ?? scales[0]!;
}
