import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { MechanismParameters } from "../mechanism/params.ts";
import { accountant, closedFormAccountant, type Accountant } from "./accountant.ts";
import { releaseOf, type Adjacency, type Release } from "./releases.ts";

const usual: MechanismParameters = { mechanism: "binomial", mu: 8, bits: 4, dim: 64, clip: 3, sparsity: 1 };
const sparse: MechanismParameters = { ...usual, mechanism: "ternary", sparsity: 0.2 };
const refused = expect.objectContaining({ code: "accounting_out_of_range" }) as Error;
const adjacencies: Adjacency[] = ["token", "message", "history"];

const anyRelease = fc
  .record({
    mu: fc.double({ min: 0.5, max: 12, noNaN: true }),
    bits: fc.integer({ min: 1, max: 5 }),
    dim: fc.integer({ min: 4, max: 96 }),
    tokens: fc.integer({ min: 1, max: 30 }),
    sparsity: fc.constantFrom(1, 0.5, 0.1),
  })
  .filter(({ mu, bits, dim, sparsity }) => sparsity * ((4 * (2 ** bits - 1) * dim) / mu ** 2 + 1) > 1.001)
  .map(({ tokens, sparsity, ...rest }) =>
    releaseOf(
      sparsity === 1
        ? { ...rest, mechanism: "binomial", clip: 1, sparsity }
        : { ...rest, mechanism: "ternary", clip: 1, sparsity },
      tokens,
    ),
  );

// What every accountant owes its callers, whatever it computes with.
describe.each([
  ["closedFormAccountant", closedFormAccountant],
  ["accountant", accountant],
])("%s", (_, create) => {
  it.each(adjacencies)("costs nothing before anything was released (%s)", (adjacency) => {
    const empty = create(adjacency);
    expect([empty.rounds, empty.epsilon(0), empty.delta(0), empty.bits(), empty.muTotal()]).toEqual([0, 0, 0, 0, 0]);
    const silent = empty.compose([releaseOf(usual, 0)]);
    expect([silent.epsilon(1e-9), silent.bits()]).toEqual([0, 0]);
  });

  it("is not changed by composing: a dry run leaves no trace", () => {
    const before = create("history").compose([releaseOf(usual, 3)]);
    const figures = () => [before.rounds, before.epsilon(1e-6), before.delta(20), before.bits(), before.muTotal()];
    const [then, after] = [figures(), before.compose([releaseOf(usual, 40)])];
    expect(figures()).toEqual(then);
    expect(after.epsilon(1e-6)).toBeGreaterThan(before.epsilon(1e-6));
    expect(after.bits()).toBeCloseTo((43 / 3) * before.bits(), 9);
  });

  it("counts what a token, or every token, may change", () => {
    const of = (adjacency: Adjacency) => create(adjacency).compose([releaseOf(usual, 40), releaseOf(usual, 2)]);
    expect([of("token").rounds, of("message").rounds, of("history").rounds]).toEqual([960, 40_320, 40_320]);
    expect(of("token").bits() * 42).toBeCloseTo(of("message").bits(), 9);
    expect(of("token").muTotal()).toBe(8);
    expect(of("message").muTotal()).toBeCloseTo(8 * Math.sqrt(42), 12);
  });

  it("falls with what is asked for, and epsilon and delta undo each other, for the ternary mechanism too", () => {
    for (const params of [usual, sparse]) {
      const composed = create("message").compose([releaseOf(params, 5)]);
      const epsilons = [1e-12, 1e-8, 1e-5, 1e-2, 0.5].map((delta) => composed.epsilon(delta));
      expect(epsilons).toEqual([...epsilons].sort((a, b) => b - a));
      for (const delta of [1e-12, 1e-5, 0.1]) {
        expect(composed.delta(composed.epsilon(delta)) / delta).toBeCloseTo(1, 7);
      }
    }
  });

  it("refuses what it does not understand, and never counts it as nothing", () => {
    const unknown = { params: { ...usual, mechanism: "laplace" } as unknown as MechanismParameters, tokens: 0 };
    expect(create("message").supports([unknown])).toBe(false);
    expect(() => create("message").compose([unknown])).toThrow(expect.objectContaining({ code: "invalid_parameters" }));
    for (const tokens of [-1, 0.5, NaN, 1e9]) {
      expect(create("message").supports([{ params: usual, tokens }])).toBe(false);
      expect(() => create("message").compose([{ params: usual, tokens }])).toThrow(refused);
    }
    for (const composed of [create("message"), create("message").compose([releaseOf(usual, 1)])]) {
      for (const delta of [-1, 2, NaN]) expect(() => composed.epsilon(delta)).toThrow(refused);
      for (const epsilon of [-1, NaN]) expect(() => composed.delta(epsilon)).toThrow(refused);
    }
  });
});

describe("the closed form", () => {
  it("is for releases that are alike", () => {
    const composed = closedFormAccountant("history").compose([releaseOf(usual, 1)]);
    expect(composed.supports([releaseOf(usual, 9)])).toBe(true);
    expect(composed.supports([releaseOf({ ...usual, mu: 4 }, 9)])).toBe(false);
    expect(() => composed.compose([releaseOf({ ...usual, mu: 4 }, 9)])).toThrow(refused);
    // The clip bound says how the table is scaled; the rounds are the same.
    expect(composed.supports([releaseOf({ ...usual, clip: 1 }, 9)])).toBe(true);
  });
});

describe("unequal releases", () => {
  const figures = (composed: Accountant) => [
    ...[0, 1e-12, 1e-8, 1e-5, 0.3].map((delta) => composed.epsilon(delta)),
    ...[0, 1, 30].map((epsilon) => composed.delta(epsilon)),
    composed.bits(),
    composed.muTotal(),
    composed.rounds,
  ];

  it.each(adjacencies)("cost the same in any order and however they are cut into compositions (%s)", (adjacency) => {
    fc.assert(
      fc.property(fc.array(anyRelease, { minLength: 1, maxLength: 5 }), fc.nat(), (releases, cut) => {
        const at = cut % releases.length;
        const forwards = accountant(adjacency).compose(releases);
        const backwards = accountant(adjacency)
          .compose(releases.slice(at).reverse())
          .compose(releases.slice(0, at).reverse());
        expect(figures(backwards)).toEqual(figures(forwards));
      }),
      { numRuns: 20 },
    );
  });

  it("never cost less than any part, nor more than the sum of all parts at its share of delta", () => {
    fc.assert(
      fc.property(fc.array(anyRelease, { minLength: 2, maxLength: 5 }), (releases: Release[]) => {
        const together = accountant("history").compose(releases);
        const parts = releases.map((release) => accountant("history").compose([release]));
        for (const delta of [1e-12, 1e-8, 1e-5, 0.1]) {
          const epsilon = together.epsilon(delta);
          for (const part of parts) expect(epsilon).toBeGreaterThanOrEqual(part.epsilon(delta));
          const sum = parts.reduce((total, part) => total + part.epsilon(delta / parts.length), 0);
          expect(epsilon).toBeLessThanOrEqual(sum * 1.01);
        }
        for (const part of parts) expect(together.delta(3)).toBeGreaterThanOrEqual(part.delta(3));
        expect(together.bits()).toBeCloseTo(
          parts.reduce((total, part) => total + part.bits(), 0),
          6,
        );
      }),
      { numRuns: 25 },
    );
  });

  it("of a token cost what the dearest token costs", () => {
    const dear = releaseOf({ ...usual, mu: 9 }, 1);
    const both = accountant("token").compose([releaseOf(usual, 100), dear, releaseOf(sparse, 3)]);
    const alone = accountant("token").compose([dear]);
    expect(both.epsilon(1e-6)).toBe(alone.epsilon(1e-6));
    expect([both.bits(), both.muTotal()]).toEqual([alone.bits(), 9]);
  });

  it("are purely private at the sum of their largest losses, and not at all where one has no noise", () => {
    const pair = accountant("message").compose([
      releaseOf({ ...usual, bits: 1, dim: 1, mu: 1 }, 2),
      releaseOf({ ...usual, bits: 1, dim: 1, mu: 2 }, 1),
    ]);
    // q = 1/(2 sqrt(4/mu^2 + 1)), lambda = 2 artanh(2q), by hand.
    const largest = 4 * Math.atanh(1 / Math.sqrt(5)) + 2 * Math.atanh(1 / Math.sqrt(2));
    expect(pair.epsilon(0)).toBeCloseTo(largest, 12);
    expect(pair.delta(largest * (1 + 1e-12))).toBe(0);
    const bare = accountant("message").compose([releaseOf({ ...usual, mu: 1e12 }, 1), releaseOf(usual, 1)]);
    expect([bare.epsilon(1e-5), bare.delta(1e6)]).toEqual([Infinity, 1]);
  });

  it("may be ten thousand of five kinds, and cost what their kinds cost together", () => {
    const kinds = Array.from({ length: 5 }, (_, i) => ({ ...usual, mu: 2 + 2 * i }));
    const history = Array.from({ length: 10_000 }, (_, i) => releaseOf(kinds[i % 5] ?? usual, 3));
    const together = kinds.map((kind) => releaseOf(kind, 6_000));
    const [one, other] = [history, together].map((releases) => accountant("history").compose(releases).epsilon(1e-6));
    expect(one).toBeCloseTo(other ?? Number.NaN, 6);
  });
});

describe("a release", () => {
  it("cannot be changed afterwards", () => {
    const params = { ...usual, mu: 8 };
    const release = releaseOf(params, 3);
    params.mu = 1;
    expect(release.params.mu).toBe(8);
    expect(Object.isFrozen(release) && Object.isFrozen(release.params)).toBe(true);
  });
});
