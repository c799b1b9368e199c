/** How long the words of a text take to dissolve and its levels to appear, in milliseconds: one clock for both. */
export function dissolveTime(tokens: number): number {
  return Math.min(1200, Math.max(450, 60 * tokens));
}
