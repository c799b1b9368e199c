/** Where things go when levels are drawn. All lengths in CSS pixels. */

export interface StripLayout {
  /** Height of one token's row, the gap below it included. */
  readonly row: number;
  readonly gap: number;
  /** There is room for the token's text beside its row. */
  readonly labelled: boolean;
}

/** Rows tall enough for their labels while there are few, then thinner; at the context's length still under 2,000 pixels. */
export function stripLayout(tokens: number): StripLayout {
  if (tokens <= 48) return { row: 18, gap: 2, labelled: true };
  if (tokens <= 120) return { row: 6, gap: 1, labelled: false };
  return { row: 3, gap: 0, labelled: false };
}

export interface GlyphLayout {
  /** Levels of one token, as a small rectangle. */
  readonly columns: number;
  readonly rows: number;
  readonly cell: number;
  readonly gap: number;
  /** Glyphs in one line. */
  readonly perLine: number;
  readonly lines: number;
  readonly width: number;
  readonly height: number;
}

/** Each token as a glyph of its levels, set in lines as text is: large while three lines hold them, then smaller. */
export function glyphLayout(tokens: number, dim: number, width: number): GlyphLayout {
  const columns = 2 ** Math.ceil(Math.log2(dim) / 2);
  const rows = Math.ceil(dim / columns);
  for (let cell = 4; ; cell--) {
    const gap = 2 * cell;
    const perLine = Math.max(1, Math.floor((width + gap) / (columns * cell + gap)));
    const lines = Math.max(1, Math.ceil(tokens / perLine));
    if (lines > 3 && cell > 2) continue;
    return { columns, rows, cell, gap, perLine, lines, width, height: lines * rows * cell + (lines - 1) * gap };
  }
}
