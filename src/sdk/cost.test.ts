import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseManifest } from "../core/bundle/manifest-schema.ts";
import { mixedCost, privacyCost } from "./cost.ts";

const manifest = parseManifest(readFileSync("bundles/demo-stories/manifest.json"));
const delta = 1e-5;

describe("the cost of a message of several presets", () => {
  it("is the closed form where there is only one", () => {
    for (const adjacency of ["token", "message"] as const) {
      const mixed = mixedCost(manifest, [{ preset: "light", tokens: 9 }], delta, adjacency);
      expect(mixed).toEqual(privacyCost(manifest, "light", adjacency === "token" ? 1 : 9, delta, adjacency));
    }
  });

  it("is above each passage and at most the sum of both; a token is as dear as the dearest", () => {
    const charges = [
      { preset: "strict", tokens: 3 },
      { preset: "light", tokens: 20 },
    ];
    const alone = charges.map(({ preset, tokens }) => privacyCost(manifest, preset, tokens, delta, "message"));
    const message = mixedCost(manifest, charges, delta, "message");
    expect(message.tokens).toBe(23);
    expect(message.bits).toBeCloseTo(
      alone.reduce((sum, { bits }) => sum + bits, 0),
      9,
    );
    expect(message.epsilon).toBeGreaterThan(Math.max(...alone.map(({ epsilon }) => epsilon)));
    expect(mixedCost(manifest, charges, 2 * delta, "message").epsilon).toBeLessThan(
      alone.reduce((sum, { epsilon }) => sum + epsilon, 0),
    );
    const token = mixedCost(manifest, charges, delta, "token");
    expect(token.epsilon).toBeCloseTo(privacyCost(manifest, "light", 1, delta, "token").epsilon, 12);
    expect(token.bits).toBe(privacyCost(manifest, "light", 1, delta, "token").bits);
  });

  it("is nothing where all is public or sent before", () => {
    const nothing = { adjacency: "message", tokens: 0, bits: 0, epsilon: 0, delta };
    expect(mixedCost(manifest, [], delta, "message")).toEqual(nothing);
    expect(mixedCost(manifest, [{ preset: "light", tokens: 0 }], delta, "message")).toEqual(nothing);
  });
});
