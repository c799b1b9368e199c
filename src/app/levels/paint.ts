/** Painting released levels on a canvas. Nothing is kept: every call paints the whole. */
import type { ReleasedLevels } from "../../sdk/types.ts";
import { glyphLayout, stripLayout } from "./layout.ts";
import { paletteOf } from "./palette.ts";

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

/** One row a token, one column a coordinate; the first `shown` (0..1) of the rows. */
export function paintStrip(canvas: HTMLCanvasElement, data: ReleasedLevels, width: number, shown: number): void {
  const { row, gap } = stripLayout(data.tokens);
  const context = prepare(canvas, width, data.tokens * row - gap);
  if (context === null) return;
  const colours = paletteOf(canvas, data.bits);
  const rows = Math.ceil(shown * data.tokens);
  const cell = width / data.dim;
  for (let t = 0; t < rows; t++) {
    for (let i = 0; i < data.dim; i++) {
      context.fillStyle = colours[data.levels[t * data.dim + i] ?? 0] ?? "";
      const left = snapped(i * cell);
      context.fillRect(left, t * row, snapped((i + 1) * cell) - left, row - gap);
    }
  }
}

/** One small rectangle a token, in lines; the first `shown` (0..1) of them. */
export function paintGlyphs(canvas: HTMLCanvasElement, data: ReleasedLevels, width: number, shown: number): void {
  const layout = glyphLayout(data.tokens, data.dim, width);
  const context = prepare(canvas, width, layout.height);
  if (context === null) return;
  const colours = paletteOf(canvas, data.bits);
  const across = layout.columns * layout.cell + layout.gap;
  const down = layout.rows * layout.cell + layout.gap;
  const visible = Math.ceil(shown * data.tokens);
  for (let t = 0; t < visible; t++) {
    const left = (t % layout.perLine) * across;
    const top = Math.floor(t / layout.perLine) * down;
    for (let i = 0; i < data.dim; i++) {
      context.fillStyle = colours[data.levels[t * data.dim + i] ?? 0] ?? "";
      const x = left + (i % layout.columns) * layout.cell;
      const y = top + Math.floor(i / layout.columns) * layout.cell;
      context.fillRect(x, y, layout.cell, layout.cell);
    }
  }
}

/** On a screen pixel, so that neighbouring cells leave no seam. */
function snapped(x: number): number {
  const ratio = window.devicePixelRatio;
  return Math.round(x * ratio) / ratio;
}

/** The colour scale: every level once, side by side. */
export function paintLegend(canvas: HTMLCanvasElement, data: ReleasedLevels, width: number): void {
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

const NOTHING = new Uint8Array(0);
const scales = Array.from({ length: 9 }, (_, bits): ReleasedLevels => ({
  preset: "",
  bits,
  dim: 1,
  tokens: 0,
  levels: NOTHING,
}));

/** What `paintLegend` is given: only the width of a level matters. */
export function scale(bits: number): ReleasedLevels {
  return scales[bits] ?? scales[0]!;
}
