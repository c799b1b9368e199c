/** Numbers as a person reads them. Upper bounds are rounded up, so that what is shown still bounds. */

const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const tenths = new Intl.NumberFormat("en-US", { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** An upper bound: one decimal below 100, none above, never rounded down. */
export function atMost(value: number): string {
  const slack = 1e-9 * Math.abs(value);
  if (value >= 100) return whole.format(Math.ceil(value - slack));
  return tenths.format(Math.ceil((value - slack) * 10) / 10);
}

/** An expected number: with a decimal while that matters. */
export function expected(value: number): string {
  return value < 10 ? tenths.format(value) : whole.format(value);
}

/** A size, in whole numbers. */
export function about(value: number): string {
  return whole.format(value);
}

/** An estimate, to one decimal. */
export function tenth(value: number): string {
  return tenths.format(value);
}

/** A share to the nearest whole percent. */
export function percent(share: number): string {
  const value = 100 * share;
  return value > 0 && value < 1 ? "less than 1%" : `${whole.format(value)}%`;
}

/** A share to a tenth of a percent, for intervals. */
export function tenthsOfPercent(share: number): string {
  return `${tenths.format(100 * share)}%`;
}

/** "24.1 MB". Powers of ten. */
export function bytes(count: number): string {
  if (count < 1000) return `${whole.format(count)} B`;
  if (count < 999_500) return `${count < 10_000 ? tenths.format(count / 1000) : whole.format(count / 1000)} kB`;
  return `${tenths.format(count / 1e6)} MB`;
}

/** "1 token", "15 tokens". */
export function count(n: number, noun: string): string {
  return `${whole.format(n)} ${noun}${n === 1 ? "" : "s"}`;
}

/** A share as a fraction that a person can picture: 0.25 is [1, 4]. */
export function fraction(share: number): readonly [number, number] {
  if (share <= 0) return [0, 1];
  if (share <= 0.55) return [1, Math.max(2, Math.round(1 / share))];
  const familiar = [
    [3, 5],
    [2, 3],
    [3, 4],
    [4, 5],
    [9, 10],
    [19, 20],
    [1, 1],
  ] as const;
  return familiar.reduce((best, next) =>
    Math.abs(next[0] / next[1] - share) < Math.abs(best[0] / best[1] - share) ? next : best,
  );
}

/** "about 1 word in 4". */
export function wordsIn(share: number): string {
  const [part, of] = fraction(share);
  if (part === 0) return "almost no word";
  if (part === of) return "nearly every word";
  return `about ${part} ${part === 1 ? "word" : "words"} in ${whole.format(of)}`;
}

/** "1 in 4". */
export function partIn(share: number): string {
  const [part, of] = fraction(share);
  return part === 0 ? "none" : `${part} in ${whole.format(of)}`;
}

/** "Strict" for "strict". */
export function title(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** A token as a label: spaces at its ends say nothing, a token that is all space gets a sign. */
export function tokenLabel(text: string): string {
  const trimmed = text.trim();
  if (trimmed !== "") return trimmed;
  return text.includes("\n") ? "↵" : "␣";
}
