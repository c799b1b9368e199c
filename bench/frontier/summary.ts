/** The points of one domain by method and level: means over seeds, and the strongest attacker. */
import { shareOf } from "../../cli/leak/figures.ts";
import { mean, ofErrors, ofShares, overSeeds, type Interval } from "./intervals.ts";
import type { Attacked } from "./attack.ts";
import type { Point, ShareRead, Utility } from "./points.ts";

/** In the order of the tables. */
export const METHODS = [
  "clean",
  "no-prefix",
  "del",
  "del-no-soft-prompt",
  "gaussian-sr",
  "dchi",
  "rantext",
  "hard-bayes",
  "tail",
  "tail-learned",
  "gist",
  "mixed",
  "mixed-tail",
] as const;

export type Measure = "accuracy" | "loss" | "coherence";

/** A data point with all that was read of its release. */
export interface Measured {
  readonly point: Point;
  /** Of the TypeScript attackers; null where they did not run. */
  readonly attacked: Attacked | null;
  /** Of attackers that came later. */
  readonly beside: Readonly<Record<string, ShareRead>>;
}

/** One figure of utility: a mean over seeds. */
export interface UtilityFigure {
  readonly value: number;
  readonly control: number;
  /** How much better than the control. */
  readonly worth: number;
  readonly worthOverSeeds: Interval | null;
  readonly worthOverMessages: Interval;
  /** Of all seeds. */
  readonly n: number;
  readonly bySeed: readonly { readonly seed: number; readonly value: number; readonly control: number }[];
}

/** What one attacker named, of the tokens of all seeds. */
export interface AttackerFigure {
  readonly attacker: string;
  readonly recovery: number;
  /** Wilson's, over tokens. */
  readonly low: number;
  readonly high: number;
  readonly tokens: number;
  readonly overSeeds: Interval | null;
  /** In the order of the row's seeds. */
  readonly bySeed: readonly number[];
  readonly rare: {
    readonly recovery: number;
    readonly low: number;
    readonly high: number;
    readonly tokens: number;
  } | null;
  /** Named by one who sees nothing. */
  readonly blind: number | null;
  /** Bits gained a token. */
  readonly bitsGained: number | null;
}

/** A method at a level. */
export interface Row {
  readonly method: string;
  readonly level: string;
  readonly seeds: readonly number[];
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Means over seeds. */
  readonly bits: { readonly token: number | null; readonly message: number | null; readonly tokens: number };
  readonly epsilon: number | null;
  readonly utility: Partial<Record<Measure, UtilityFigure>>;
  /** From the one that names most. */
  readonly attackers: readonly AttackerFigure[];
}

/** The rows of a domain, methods in the order of the tables and levels as they grow. */
export function rowsOf(measured: readonly Measured[]): Row[] {
  const groups = new Map<string, Measured[]>();
  for (const each of measured) {
    const key = JSON.stringify([each.point.method, each.point.level]);
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  const order = (method: string) => (METHODS as readonly string[]).indexOf(method);
  return [...groups.values()]
    .map((group) => rowOf(group.toSorted((a, b) => a.point.seed - b.point.seed)))
    .toSorted((a, b) => order(a.method) - order(b.method) || byLevel(a, b));
}

/** Numbers as they grow; words by the strongest attacker. */
function byLevel(a: Row, b: Row): number {
  const [first, second] = [Number(a.level), Number(b.level)];
  if (Number.isFinite(first) && Number.isFinite(second)) return first - second;
  return (a.attackers[0]?.recovery ?? 0) - (b.attackers[0]?.recovery ?? 0) || a.level.localeCompare(b.level);
}

function rowOf(group: readonly Measured[]): Row {
  const points = group.map(({ point }) => point);
  const { method, level, parameters } = points[0] as Point;
  const servers = new Set(points.map((point) => point.parameters["server"]));
  if (servers.size > 1) {
    throw new Error(
      `The points of ${method} ${level} are of other servers: ${[...servers].join("; ")}. Measure some anew.`,
    );
  }
  const utility: Partial<Record<Measure, UtilityFigure>> = {};
  for (const measure of ["accuracy", "loss", "coherence"] as const) {
    const found = points.flatMap((point) => {
      const each = point.utility[measure];
      return each === undefined ? [] : [{ seed: point.seed, ...each }];
    });
    if (found.length > 0) utility[measure] = utilityOf(found, measure === "loss" ? -1 : 1);
  }
  return {
    method,
    level,
    seeds: points.map(({ seed }) => seed),
    parameters,
    bits: {
      token: meanOrNull(points.map(({ bits }) => bits.token)),
      message: meanOrNull(points.map(({ bits }) => bits.message)),
      tokens: mean(points.map(({ bits }) => bits.tokens)),
    },
    epsilon: meanOrNull(points.map(({ epsilon }) => epsilon)),
    utility,
    attackers: attackersOf(group),
  };
}

function utilityOf(found: readonly (Utility & { seed: number })[], better: 1 | -1): UtilityFigure {
  const worths = found.map(({ value, control }) => better * (value - control));
  const value = mean(found.map((each) => each.value));
  const control = mean(found.map((each) => each.control));
  const errors = found.flatMap((each) => (each.errors === undefined ? [] : [each.errors.worth]));
  const freedom = found.reduce((sum, { groups = 2 }) => sum + groups - 1, 0);
  const n = Math.min(...found.map((each) => each.n));
  return {
    value,
    control,
    worth: mean(worths),
    worthOverSeeds: overSeeds(worths),
    // Windows are other ones for every seed, test messages the same.
    worthOverMessages:
      errors.length === found.length ? ofErrors(mean(worths), errors, freedom) : ofShares(value, control, n),
    n: errors.length === found.length ? found.reduce((sum, each) => sum + each.n, 0) : n,
    bySeed: found.map((each) => ({ seed: each.seed, value: each.value, control: each.control })),
  };
}

/** One seed's reading by one attacker. */
interface Reading {
  readonly all: ShareRead;
  readonly rare: { readonly value: number; readonly tokens: number } | null;
  readonly bitsGained: number | null;
}

/** What a release was read by, by name of the attacker. */
function readingsOf({ point, attacked, beside }: Measured): Map<string, Reading> {
  const found = new Map<string, Reading>();
  const own = { ...point.leak, ...beside };
  for (const [name, all] of Object.entries(own)) {
    if (name.startsWith("rare") || name === "blind") continue;
    const rare = own[`rare${name.charAt(0).toUpperCase()}${name.slice(1)}`] ?? null;
    found.set(name, { all: { baseline: own["blind"]?.value, ...all }, rare, bitsGained: null });
  }
  if (attacked !== null) {
    for (const [name, { rare, bitsGained, ...all }] of Object.entries(attacked)) {
      // Two implementations of one attacker: the one that read more tokens counts.
      if ((found.get(name)?.all.tokens ?? -1) > all.tokens) continue;
      found.set(name, { all, rare, bitsGained });
    }
  }
  return found;
}

/** From the strongest, each on the tokens of all seeds. An attacker that did not run on all of them is left out. */
function attackersOf(group: readonly Measured[]): AttackerFigure[] {
  const readings = group.map(readingsOf);
  // Where seeds are of other windows their tokens are others too; test messages are the same for all.
  const distinct = group.every(({ point }) => Object.values(point.utility).some(({ errors }) => errors !== undefined));
  const names = [...(readings[0]?.keys() ?? [])].filter((name) => readings.every((each) => each.has(name)));
  return names
    .map((attacker): AttackerFigure => {
      const found = readings.map((each) => each.get(attacker) as Reading);
      const all = pooled(
        found.map((reading) => reading.all),
        distinct,
      );
      const rare = pooled(
        found.flatMap((reading) => (reading.rare === null ? [] : [reading.rare])),
        distinct,
      );
      return {
        attacker,
        recovery: all.share,
        low: all.low,
        high: all.high,
        tokens: all.of,
        overSeeds: overSeeds(found.map((reading) => reading.all.value)),
        bySeed: found.map((reading) => reading.all.value),
        rare: rare.of === 0 ? null : { recovery: rare.share, low: rare.low, high: rare.high, tokens: rare.of },
        blind: meanOrNull(found.map((reading) => reading.all.baseline ?? null)),
        bitsGained: meanOrNull(found.map((reading) => reading.bitsGained)),
      };
    })
    .toSorted((a, b) => b.recovery - a.recovery);
}

/** Of the tokens of all seeds; where those are the same tokens, of as many as there are. */
function pooled(shares: readonly { readonly value: number; readonly tokens: number }[], distinct: boolean) {
  const named = shares.reduce((sum, { value, tokens }) => sum + value * tokens, 0);
  const tokens = shares.reduce((sum, each) => sum + each.tokens, 0);
  return distinct || tokens === 0 ? shareOf(named, tokens) : shareOf(named / shares.length, tokens / shares.length);
}

function meanOrNull(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length < values.length || known.length === 0 ? null : mean(known);
}
