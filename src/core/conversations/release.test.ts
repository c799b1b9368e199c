import { describe, expect, it } from "vitest";
import { fromBase64, toBase64 } from "../wire/base64.ts";
import { encodeFrame } from "../wire/frame.ts";
import type { StoredRelease } from "./conversation.ts";
import { openRelease } from "./release.ts";
import { DIGEST, sampleRelease } from "./testing/samples.ts";

describe("a kept release", () => {
  it("has the bytes that were sent and the levels in them", () => {
    const release = sampleRelease(["one", "two"], 3);
    const { frame, segments } = openRelease(release);
    expect(toBase64(frame)).toBe(release.frame);
    expect(segments).toMatchObject([{ preset: "balanced", bits: 2, dim: 4, tokens: 2 }]);
    expect([...segments[0]!.levels]).toEqual([3, 2, 1, 0, 3, 2, 1, 0]);
  });

  it("is none where its parts disagree", () => {
    const good = sampleRelease(["one", "two"]);
    const [open, first, second] = good.tokens;
    const activations = { kind: "activations", dim: 1, tokens: 3, values: Float32Array.of(1, 2, 3) } as const;
    const wrong: Partial<StoredRelease>[] = [
      { bundle: "cd".repeat(32) },
      { tokens: good.tokens.slice(1) },
      { tokens: [...good.tokens, first!] },
      { tokens: [{ ...open!, id: 12 }, first!, second!] },
      { tokens: [open!, { ...first!, preset: "strict" }, second!] },
      { tokens: [{ ...open!, preset: "balanced" }, first!, second!] },
      { frame: toBase64(fromBase64(good.frame).subarray(0, -1)) },
      { frame: "AAAA" },
      { frame: toBase64(encodeFrame({ bundle: DIGEST, segments: [activations] })) },
    ];
    for (const change of wrong) {
      expect(() => openRelease({ ...good, ...change })).toThrow(
        expect.objectContaining({ code: "conversation_corrupt" }),
      );
    }
  });
});
