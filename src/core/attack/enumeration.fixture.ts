/** What the attackers' tests compare with: everything that could be, gone through one by one. */
import { amplitude, rounds, type MechanismParameters } from "../mechanism/params.ts";
import type { Observation, TokenTable } from "./observation.ts";

/** Pr[level | x] by going through every outcome of every round, from the formulas of section 1 alone. */
export function levelProbability(level: number, x: number, p: MechanismParameters): number {
  const clipped = Math.min(Math.max(x, -p.clip), p.clip);
  const up = p.sparsity * (0.5 + clipped / (2 * amplitude(p)));
  const outcomes: [number, number][] =
    p.mechanism === "ternary"
      ? [
          [2, up],
          [1, 1 - p.sparsity],
          [0, p.sparsity - up],
        ]
      : [
          [1, up],
          [0, 1 - up],
        ];
  const through = (round: number, sum: number): number =>
    round === 0
      ? Number(sum === level)
      : outcomes.reduce((total, [step, chance]) => total + chance * through(round - 1, sum + step), 0);
  return through(rounds(p.bits), 0);
}

/** Pr[all that was seen of token t | it is v]. */
export function seenProbability(
  observations: readonly Observation[],
  { rows, dim }: TokenTable,
  t: number,
  v: number,
): number {
  let product = 1;
  for (const { levels, params } of observations) {
    for (let i = 0; i < dim; i++) {
      product *= levelProbability(levels[t * dim + i] ?? Number.NaN, rows[v * dim + i] ?? Number.NaN, params);
    }
  }
  return product;
}

/** Every sequence that takes one of its own at each place. */
export function sequences(places: readonly (readonly number[])[]): number[][] {
  return places.reduce<number[][]>((all, place) => all.flatMap((one) => place.map((id) => [...one, id])), [[]]);
}

export function normalised(weights: readonly number[]): number[] {
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / sum);
}

/** Bits. */
export function entropyOf(probabilities: readonly number[]): number {
  return probabilities.reduce((bits, p) => (p > 0 ? bits - p * Math.log2(p) : bits), 0);
}
