/** The colour of each level, from the stylesheet's three: lowest, middle, highest. */

export type Rgb = readonly [number, number, number];

/** `count` colours from `low` over `middle` to `high`. Steep in the middle, where most levels lie. */
export function ramp(low: Rgb, middle: Rgb, high: Rgb, count: number): string[] {
  return Array.from({ length: count }, (_, level) => {
    const position = count === 1 ? 0 : (2 * level) / (count - 1) - 1;
    const end = position < 0 ? low : high;
    const share = Math.abs(position) ** 0.7;
    const mixed = middle.map((from, i) => Math.round(from + (end[i]! - from) * share));
    return `rgb(${mixed.join(" ")})`;
  });
}

/** "rgb(1, 2, 3)" as a computed style writes it. */
export function parseRgb(text: string): Rgb {
  const found = text.match(/[\d.]+/g)?.map(Number) ?? [];
  return [found[0] ?? 0, found[1] ?? 0, found[2] ?? 0];
}

/**
 * The ramp of an element. The stylesheet gives its colours as `outline-color` (lowest), `text-decoration-color` (middle)
 * and `color` (highest), which a computed style resolves for the theme that is shown.
 */
export function paletteOf(element: HTMLElement, bits: number): string[] {
  const style = getComputedStyle(element);
  return ramp(parseRgb(style.outlineColor), parseRgb(style.textDecorationColor), parseRgb(style.color), 2 ** bits);
}
