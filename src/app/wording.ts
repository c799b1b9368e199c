/**
 * Numbers and names as a person reads them, in their language: called while rendering, never at import time. Upper bounds are
 * rounded up, so that what is shown still bounds.
 */
import { language, t } from "./i18n/i18n.ts";
import { languageOf } from "./i18n/languages.ts";

const known = new Map<string, Intl.NumberFormat>();

/** A number in the language of the page. Formats are slow to make, so each is made once. */
export function formatted(value: number, options: Intl.NumberFormatOptions): string {
  const { numbers } = languageOf(language());
  const key = `${numbers} ${JSON.stringify(options)}`;
  const format = known.get(key) ?? new Intl.NumberFormat(numbers, options);
  known.set(key, format);
  return format.format(value);
}

const WHOLE = { maximumFractionDigits: 0 };
const TENTHS = { minimumFractionDigits: 1, maximumFractionDigits: 1 };

/** An upper bound: one decimal below 100, none above, never rounded down. */
export function atMost(value: number): string {
  const slack = 1e-9 * Math.abs(value);
  if (value >= 100) return formatted(Math.ceil(value - slack), WHOLE);
  return formatted(Math.ceil((value - slack) * 10) / 10, TENTHS);
}

/** A lower bound: one decimal below 100, none above, never rounded up, never below 0. */
export function atLeast(value: number): string {
  const slack = 1e-9 * Math.abs(value);
  const positive = Math.max(0, value + slack);
  if (positive >= 100) return formatted(Math.floor(positive), WHOLE);
  return formatted(Math.floor(positive * 10) / 10, TENTHS);
}

/** An expected number: with a decimal while that matters. */
export function expected(value: number): string {
  return formatted(value, value < 10 ? TENTHS : WHOLE);
}

/** A size, in whole numbers. */
export function about(value: number): string {
  return formatted(value, WHOLE);
}

/** An estimate, to one decimal. */
export function tenth(value: number): string {
  return formatted(value, TENTHS);
}

/** A share to the nearest whole percent. */
export function percent(share: number): string {
  const [shown, options] = [100 * share, { ...WHOLE, style: "percent" } as const];
  return shown > 0 && shown < 1
    ? t("common:lessThan", { percent: formatted(0.01, options) })
    : formatted(share, options);
}

/** A share to a tenth of a percent, for intervals. */
export function tenthsOfPercent(share: number): string {
  return formatted(share, { ...TENTHS, style: "percent" });
}

/** "24.1 MB". Powers of ten. */
export function bytes(count: number): string {
  if (count < 1000) return t("common:bytes", { n: about(count) });
  if (count < 999_500) {
    return t("common:kilobytes", { n: count < 10_000 ? tenth(count / 1000) : about(count / 1000) });
  }
  if (count < 999_950_000) return t("common:megabytes", { n: tenth(count / 1e6) });
  return t("common:gigabytes", { n: tenth(count / 1e9) });
}

/** What a sentence with a plural takes: `count` chooses its form, and `n` stands in it. */
export function counted(count: number): { readonly count: number; readonly n: string } {
  return { count, n: about(count) };
}

/** "1 token", "15 tokens". */
export function tokens(n: number): string {
  return t("common:tokens", counted(n));
}

/** Whole sentences one after another; null ones are left out. */
export function sentences(...each: readonly (string | null)[]): string {
  return each.filter((sentence) => sentence !== null && sentence !== "").join(t("common:betweenSentences"));
}

/** "a, b, c" */
export function listed(members: readonly string[]): string {
  return members.join(t("common:betweenMembers"));
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
  if (part === 0) return t("common:wordsNone");
  if (part === of) return t("common:wordsAll");
  return t("common:wordsIn", { ...counted(part), of: about(of) });
}

/** "1 in 4". */
export function partIn(share: number): string {
  const [part, of] = fraction(share);
  return part === 0 ? t("common:partNone") : t("common:partIn", { part: about(part), of: about(of) });
}

/** The presets that have a name in every language; another bundle's have the name it gives them. */
const NAMED = {
  strict: ["common:strict", "common:strictWithin"],
  balanced: ["common:balanced", "common:balancedWithin"],
  light: ["common:light", "common:lightWithin"],
} as const;

/** The name of a preset as a label: "Strict" for "strict". */
export function title(name: string): string {
  if (Object.hasOwn(NAMED, name)) return t(NAMED[name as keyof typeof NAMED][0]);
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** The name of a preset within a sentence. */
export function titleWithin(name: string): string {
  return Object.hasOwn(NAMED, name) ? t(NAMED[name as keyof typeof NAMED][1]) : name;
}

/** A token as a label: spaces at its ends say nothing, a token that is all space gets a sign. */
export function tokenLabel(text: string): string {
  const trimmed = text.trim();
  if (trimmed !== "") return trimmed;
  return text.includes("\n") ? "↵" : "␣";
}

const RIGHT_TO_LEFT = /\p{Script=Arabic}|\p{Script=Hebrew}|\p{Script=Syriac}|\p{Script=Thaana}|\p{Script=Nko}/u;

/** Which way a text runs: that of its first letter. What lays words out by itself needs it; a field has `dir="auto"`. */
export function directionOf(text: string): "ltr" | "rtl" {
  return RIGHT_TO_LEFT.test(/\p{L}/u.exec(text)?.[0] ?? "") ? "rtl" : "ltr";
}

/**
 * Words of the person within a sentence of the page: where the two may run in different directions, between marks that keep them
 * apart. For plain strings, such as labels; mark-up has `<bdi>`.
 */
export function apart(text: string): string {
  const mixed = languageOf(language()).direction === "rtl" || RIGHT_TO_LEFT.test(text);
  return mixed ? `\u2068${text}\u2069` : text;
}
