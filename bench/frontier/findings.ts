/** What is seen in the figures, in sentences that are made from them. */
import { figure, percent } from "../../cli/leak/words.ts";
import { mean, type Interval } from "./intervals.ts";
import type { Measure, Row, UtilityFigure } from "./summary.ts";

/** What utility is compared by: accuracy where there are labels, else the loss. */
export function mainMeasure(rows: readonly Row[]): Measure {
  return rows.some(({ utility }) => utility.accuracy !== undefined) ? "accuracy" : "loss";
}

export function strongest(row: Row) {
  return row.attackers[0] ?? null;
}

/** Methods that are compared level by level, since the same bits are sent. */
const PAIRS = [
  ["tail", "del"],
  ["tail", "hard-bayes"],
  ["del", "del-no-soft-prompt"],
  ["hard-bayes", "del"],
  ["gaussian-sr", "del"],
  ["mixed-tail", "mixed"],
  ["gist", "del"],
  ["gist", "tail"],
] as const;

/** Recoveries at which methods of different levels are compared. */
export const RECOVERIES = [0.1, 0.25, 0.5];

/**
 * "tail lies above del at 6 of 6 levels by loss": utility at the same level, whose bits are the same.
 */
export function comparisons(rows: readonly Row[]): string[] {
  const measure = mainMeasure(rows);
  return PAIRS.flatMap(([first, second]) => {
    const pairs = rows.flatMap((row) => {
      const other = rows.find(({ method, level }) => method === second && level === row.level);
      const [a, b] = [row.utility[measure], other?.utility[measure]];
      return row.method === first && a !== undefined && b !== undefined ? [[a, b] as const] : [];
    });
    if (pairs.length === 0) return [];
    // On the seeds that both have: other seeds are other texts.
    const above = pairs.filter(([a, b]) => {
      const both = bothOf(a, b);
      return mean(both.map(([x, y]) => goodOf(measure, x) - goodOf(measure, y))) > 0;
    }).length;
    const runs = pairs.flatMap(([a, b]) => bothOf(a, b).map(([x, y]) => goodOf(measure, x) > goodOf(measure, y)));
    const clear = pairs.filter(([a, b]) => a.worthOverMessages.low > b.worthOverMessages.high).length;
    const more = pairs.filter(([a, b]) => a.worth > b.worth).length;
    const levels = `${pairs.length} level${pairs.length === 1 ? "" : "s"}`;
    return [
      `${first} lies above ${second} at ${above} of ${levels} by ${measure} (${runs.filter(Boolean).length} of ${runs.length} seeds and levels), ` +
        `and at ${more} by its worth over the control; ` +
        `the intervals of that over messages lie apart, ${first} above, at ${clear}.`,
    ];
  });
}

/** Larger is better. */
function goodOf(measure: Measure, value: number): number {
  return measure === "loss" ? -value : value;
}

/** The values of two methods by seed, where both have them: of the same messages and the same seed of the noise. */
function bothOf(a: UtilityFigure, b: UtilityFigure): [number, number][] {
  return a.bySeed.flatMap(({ seed, value }): [number, number][] => {
    const other = b.bySeed.find((each) => each.seed === seed);
    return other === undefined ? [] : [[value, other.value]];
  });
}

/** Of the gist, which is one vector a message, and the best of those that send each token at the same bits a message. */
export function gistAgainstTokens(rows: readonly Row[]): string[] {
  const measure = mainMeasure(rows);
  const found = rows.flatMap((row) => {
    const gist = row.utility[measure];
    if (row.method !== "gist" || gist === undefined) return [];
    const [best] = rows
      .flatMap(({ method, level, utility }) => {
        const value = utility[measure]?.value;
        return AT_EQUAL_BITS.includes(method) && level === row.level && value !== undefined ? [{ method, value }] : [];
      })
      .toSorted((a, b) => goodOf(measure, b.value) - goodOf(measure, a.value));
    return best === undefined ? [] : [{ level: row.level, gist: gist.value, best }];
  });
  if (found.length === 0) return [];
  const above = found.filter(({ gist, best }) => goodOf(measure, gist) > goodOf(measure, best.value)).length;
  const each = found.map(
    ({ level, gist, best }) => `${level} bits: ${percent(gist)}, ${best.method} ${percent(best.value)}`,
  );
  return [
    `At equal bits a message gist lies above the best method that sends tokens at ${above} of ${found.length} levels (${each.join("; ")}).`,
  ];
}

/** Their levels are bounds in bits of the mean message. */
const AT_EQUAL_BITS = ["del", "del-no-soft-prompt", "gaussian-sr", "hard-bayes", "tail"];

/** "At mu 5.15 tail keeps 31% of what the clean text is worth." */
export function keptOfClean(rows: readonly Row[]): string[] {
  const measure = mainMeasure(rows);
  const clean = rows.find(({ method }) => method === "clean")?.utility[measure];
  if (clean === undefined || clean.worth <= 0) return [];
  const noun = measure === "loss" ? "nats a token" : "accuracy";
  const methods = [...new Set(rows.map(({ method }) => method))].filter(
    (method) => method !== "clean" && method !== "no-prefix",
  );
  const each = methods.flatMap((method) => {
    const found = rows.flatMap((row) =>
      row.method === method && row.utility[measure] !== undefined
        ? [`${row.level}: ${percent(row.utility[measure].worth / clean.worth)}`]
        : [],
    );
    return found.length === 0 ? [] : [`${method} keeps, by level, ${found.join(", ")}.`];
  });
  return [`The clean text is worth ${figure(clean.worth)} (${noun}) over its control. Of that:`, ...each];
}

/** Who reads most. */
export function attackerSentences(rows: readonly Row[]): string[] {
  const found = rows.filter(({ method }) => method !== "clean" && method !== "no-prefix");
  const counts = new Map<string, number>();
  for (const row of found) {
    const name = strongest(row)?.attacker;
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const all = [...counts.values()].reduce((a, b) => a + b, 0);
  const list = [...counts].toSorted((a, b) => b[1] - a[1]).map(([name, count]) => `${name} at ${count}`);
  if (all === 0) return [];
  const within = found.flatMap((row) => withinBound(row) ?? []);
  return [
    `Of ${all} methods and levels the strongest attacker is ${list.join(", ")}.`,
    ...(within.length === 0
      ? []
      : [
          `The bits a token that the sequence attack gained are within the bound of a token at ${within.filter(Boolean).length} of ` +
            `${within.length}, where both are known. A gain is against what the attacker's n-grams expected; where they fit a text badly, ` +
            `finding that out is gained too, and no bound is on it.`,
        ]),
  ];
}

function withinBound({ attackers, bits }: Row): boolean | null {
  const gained = attackers.find(({ attacker }) => attacker === "sequence")?.bitsGained ?? null;
  return gained === null || bits.token === null ? null : gained <= bits.token;
}

/** What an attacker writes of a message who is told nothing but its release. */
export function writtenAlone(rows: readonly Row[]): string[] {
  const each = rows.flatMap(({ method, level, attackers }) => {
    const found = attackers.find(({ attacker }) => attacker === "inverter-alone");
    if (found === undefined) return [];
    const blind = found.blind === null ? "" : `, ${percent(found.blind)} without it`;
    return [`${method} ${level}: ${percent(found.recovery)}${blind}`];
  });
  if (each.length === 0) return [];
  return [
    `Told nothing but the release, the inverter writes so many of the message's tokens, in whatever order: ${each.join("; ")}.`,
  ];
}

/** Methods that a server does worse with than with nothing at all. */
export function worseThanNothing(rows: readonly Row[]): string[] {
  const measure = mainMeasure(rows);
  const nothing = rows.find(({ method }) => method === "no-prefix")?.utility[measure];
  if (nothing === undefined) return [];
  const names = rows.flatMap((row) => {
    const found = row.utility[measure];
    return found !== undefined &&
      row.method !== "no-prefix" &&
      goodOf(measure, found.value) < goodOf(measure, nothing.value)
      ? [`${row.method} ${row.level}`]
      : [];
  });
  return names.length === 0 ? [] : [`Worse than with nothing sent: ${names.join(", ")}.`];
}

/** Utility at a recovery, linear between the two points around it; null where the method has none on one of its sides. */
export function at(rows: readonly Row[], method: string, recovery: number, of: (row: Row) => number | null) {
  const curve = rows
    .flatMap((row) => {
      const [x, y] = [strongest(row)?.recovery, of(row)];
      return row.method === method && x !== undefined && y !== null ? [{ x, y }] : [];
    })
    .toSorted((a, b) => a.x - b.x);
  for (let i = 0; i + 1 < curve.length; i++) {
    const [a, b] = [curve[i], curve[i + 1]];
    if (a === undefined || b === undefined || recovery < a.x || recovery > b.x) continue;
    return b.x === a.x ? Math.max(a.y, b.y) : a.y + ((b.y - a.y) * (recovery - a.x)) / (b.x - a.x);
  }
  return null;
}

/** Which method is worth most at a recovery, among those that have points around it. */
export function bestAt(rows: readonly Row[], recovery: number): { method: string; worth: number }[] {
  const measure = mainMeasure(rows);
  const methods = [...new Set(rows.map(({ method }) => method))].filter((method) => !method.startsWith("mixed"));
  return methods
    .flatMap((method) => {
      const worth = at(rows, method, recovery, (row) => row.utility[measure]?.worth ?? null);
      return worth === null ? [] : [{ method, worth }];
    })
    .toSorted((a, b) => b.worth - a.worth);
}

/** "12.0% to 14.1%". */
export function span({ low, high }: Interval, shown: (value: number) => string): string {
  return `${shown(low)} to ${shown(high)}`;
}
