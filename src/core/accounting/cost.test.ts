import { describe, expect, it } from "vitest";
import type { MechanismParameters } from "../mechanism/params.ts";
import { messageCost, tokenCost } from "./cost.ts";

const preset: MechanismParameters = { mechanism: "binomial", mu: 8, bits: 4, dim: 64, clip: 3, sparsity: 1 };

describe("the cost of a release", () => {
  it("names its adjacency, and a message of one token costs what a token costs", () => {
    const { adjacency, ...token } = tokenCost(preset, 1e-5);
    const { adjacency: wider, ...message } = messageCost(preset, 1, 1e-5);
    expect([adjacency, wider]).toEqual(["token", "message"]);
    expect(message).toEqual(token);
    expect(token).toMatchObject({ tokens: 1, delta: 1e-5 });
  });

  it("adds up in bits over the tokens of a message, and grows slower in epsilon", () => {
    const token = tokenCost(preset, 1e-5);
    const message = messageCost(preset, 40, 1e-5);
    expect(message.bits).toBeCloseTo(40 * token.bits, 9);
    expect(message.epsilon).toBeGreaterThan(token.epsilon);
    expect(message.epsilon).toBeLessThan(40 * token.epsilon);
  });

  it("is at most log2 V bits a token when the vocabulary is known", () => {
    // mu = 32 gives some hundred bits a token: more than any token has.
    const loud = { ...preset, mu: 32 };
    expect(tokenCost(loud, 1e-5).bits).toBeGreaterThan(12);
    expect(tokenCost(loud, 1e-5, 4_096).bits).toBe(12);
    expect(messageCost(loud, 7, 1e-5, 4_096).bits).toBe(84);
    expect(tokenCost(preset, 1e-5, 1 << 20).bits).toBe(tokenCost(preset, 1e-5).bits);
    expect(tokenCost(loud, 1e-5, 4_096).epsilon).toBe(tokenCost(loud, 1e-5).epsilon);
  });

  it("is nothing where nothing is private", () => {
    expect(messageCost(preset, 0, 1e-5)).toEqual({ adjacency: "message", tokens: 0, bits: 0, epsilon: 0, delta: 1e-5 });
  });

  it("of an unknown mechanism is an error, never nothing", () => {
    for (const tokens of [0, 1]) {
      const unknown = { ...preset, mechanism: "laplace" } as unknown as MechanismParameters;
      expect(() => messageCost(unknown, tokens, 1e-5)).toThrow(expect.objectContaining({ code: "invalid_parameters" }));
    }
  });

  it("refuses tokens, vocabularies and deltas that are none", () => {
    const refusal = expect.objectContaining({ code: "accounting_out_of_range" }) as Error;
    expect(() => messageCost(preset, -1, 1e-5)).toThrow(refusal);
    expect(() => messageCost(preset, 1.5, 1e-5)).toThrow(refusal);
    expect(() => tokenCost(preset, 1e-5, 0)).toThrow(refusal);
    expect(() => tokenCost(preset, 2)).toThrow(refusal);
    expect(() => messageCost(preset, 0, NaN)).toThrow(refusal);
  });
});
