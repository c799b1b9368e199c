import { describe, expect, it } from "vitest";
import type { PromptToken } from "../sdk/types.ts";
import { anew, bitsOf, costs, countsOf, usefulness } from "./privacy.ts";
import type { Sdk } from "./sdk.ts";
import { fakeSdk } from "./testing/fake-client.ts";
import { fakeManifest } from "./testing/fake-manifest.ts";

const preset = fakeManifest.presets[1]!;
const token: PromptToken = { id: 1, text: " fox", preset: preset.name, reused: false };
const tokens = (n: number) => Array.from({ length: n }, () => token);

describe("costs", () => {
  it("compare the message with tokens times log2 V", () => {
    const found = costs(fakeSdk(), fakeManifest, preset, tokens(15));
    expect(found.messageSize).toBe(15 * Math.log2(fakeManifest.model.vocabulary));
    expect(found.message?.adjacency).toBe("message");
    expect(found.token.adjacency).toBe("token");
  });

  it("of nothing written are those of one token alone", () => {
    const found = costs(fakeSdk(), fakeManifest, preset, []);
    expect(found.message).toBeNull();
    expect(found.token.bits).toBeGreaterThan(0);
  });

  it("of more than could be sent are not computed", () => {
    const asked: number[] = [];
    const sdk = {
      mixedCost: (...of: Parameters<Sdk["mixedCost"]>) => (
        asked.push(...of[1].map((charge) => charge.tokens)),
        fakeSdk().mixedCost(...of)
      ),
    };
    expect(costs(sdk, fakeManifest, preset, tokens(1000))).toMatchObject({ message: null, tooLong: true });
    expect(asked).toEqual([1]);
  });

  it("are of the new private tokens alone, each at its preset", () => {
    const mixed: PromptToken[] = [
      ...tokens(3),
      { ...token, preset: "strict" },
      { ...token, reused: true },
      { ...token, preset: null },
    ];
    const sdk = fakeSdk();
    const found = costs(sdk, fakeManifest, preset, mixed);
    const charges = [
      { preset: preset.name, tokens: 3 },
      { preset: "strict", tokens: 1 },
    ];
    expect(found.message).toEqual(sdk.mixedCost(fakeManifest, charges, 1e-5, "message"));
    expect(found).toMatchObject({ tokens: 4, again: 1, open: 1 });
    expect(countsOf(mixed)).toEqual({ total: 6, fresh: 4, again: 1, open: 1 });
    expect(bitsOf(sdk, fakeManifest, anew(mixed))).toBeGreaterThan(found.message?.bits ?? Infinity);
  });

  it("of a message of which nothing is new are none", () => {
    expect(costs(fakeSdk(), fakeManifest, preset, [{ ...token, reused: true }]).message).toBeNull();
  });

  it("never say that English holds more than its tokens can", () => {
    const small = { ...fakeManifest, model: { ...fakeManifest.model, vocabulary: 4 } };
    const found = costs(fakeSdk(), small, preset, tokens(10));
    expect(found.predictable).toBeLessThanOrEqual(found.messageSize);
  });
});

describe("usefulness", () => {
  it("is what the levels are worth over another text's, as a share of what the clear text is worth", () => {
    const { released, clear, share } = usefulness(fakeManifest, preset);
    expect(share).toBeCloseTo(released / clear, 12);
  });

  it("is nothing, not less, where the levels do not help", () => {
    const worse = structuredClone(preset);
    worse.measured.withSoftPrompt.worth.mean = -0.1;
    expect(usefulness(fakeManifest, worse).share).toBe(0);
  });
});
