import { describe, expect, it } from "vitest";
import { costs, usefulness } from "./privacy.ts";
import type { Sdk } from "./sdk.ts";
import { fakeSdk } from "./testing/fake-client.ts";
import { fakeManifest } from "./testing/fake-manifest.ts";

const preset = fakeManifest.presets[1]!;

describe("costs", () => {
  it("compare the message with tokens times log2 V", () => {
    const found = costs(fakeSdk(), fakeManifest, preset, 15);
    expect(found.messageSize).toBe(15 * Math.log2(fakeManifest.model.vocabulary));
    expect(found.message?.adjacency).toBe("message");
    expect(found.token.adjacency).toBe("token");
  });

  it("of nothing written are those of one token alone", () => {
    const found = costs(fakeSdk(), fakeManifest, preset, 0);
    expect(found.message).toBeNull();
    expect(found.token.bits).toBeGreaterThan(0);
  });

  it("of more than could be sent are not computed", () => {
    const asked: number[] = [];
    const sdk = {
      privacyCost: (...of: Parameters<Sdk["privacyCost"]>) => (asked.push(of[2]), fakeSdk().privacyCost(...of)),
    };
    expect(costs(sdk, fakeManifest, preset, 1_000_000)).toMatchObject({ message: null, tooLong: true });
    expect(asked).toEqual([1]);
  });

  it("never say that English holds more than its tokens can", () => {
    const small = { ...fakeManifest, model: { ...fakeManifest.model, vocabulary: 4 } };
    const found = costs(fakeSdk(), small, preset, 10);
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
