import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { decodeFrame } from "../core/wire/frame.ts";
import { directorySource } from "../storage/directory-source.node.ts";
import type { Engine } from "./engine.ts";
import { createLocalEngine } from "./local-engine.ts";
import { openParts } from "./open.ts";
import { levelsByToken, overlap, placesInEarlier, type BareToken } from "./reuse.ts";
import { openNodeRuntime } from "./runtime.node.ts";
import type { Release } from "./types.ts";

const tokens = (ids: readonly number[], preset: string | null = "strict"): BareToken[] =>
  ids.map((id) => ({ id, text: String(id), preset }));

describe("the overlap of two prompts", () => {
  it("is their common beginning and end", () => {
    expect(overlap(tokens([1, 2, 3, 4]), tokens([1, 2, 9, 9, 4]))).toEqual({ head: 2, tail: 1 });
    expect(overlap(tokens([1, 2]), tokens([1, 2]))).toEqual({ head: 2, tail: 0 });
    expect(overlap(tokens([1, 2]), [])).toEqual({ head: 0, tail: 0 });
  });

  it("never counts a token twice, in either prompt", () => {
    const few = fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 8 });
    fc.assert(
      fc.property(few, few, (a, b) => {
        const { head, tail } = overlap(tokens(a), tokens(b));
        expect(head + tail).toBeLessThanOrEqual(Math.min(a.length, b.length));
        expect(a.slice(0, head)).toEqual(b.slice(0, head));
        expect(a.slice(a.length - tail)).toEqual(b.slice(b.length - tail));
        // It is the longest: the tokens next to it differ, unless one prompt is used up.
        if (head + tail < Math.min(a.length, b.length)) expect(a[head]).not.toBe(b[head]);
      }),
    );
  });

  it("does not find chance matches inside what was rewritten", () => {
    const places = placesInEarlier(tokens([7, 5, 8]), tokens([1, 5, 2]));
    expect([...places]).toEqual([-1, -1, -1]);
  });

  it("takes a token at another preset for another token, and has no place for public ones", () => {
    expect([...placesInEarlier(tokens([1, 2], "light"), tokens([1, 2], "strict"))]).toEqual([-1, -1]);
    const now = [...tokens([1], null), ...tokens([2])];
    expect([...placesInEarlier(now, now)]).toEqual([-1, 1]);
  });
});

describe("a release that goes on from an earlier one", () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = createLocalEngine(await openParts(directorySource("bundles/demo-stories"), openNodeRuntime));
  });

  const said = (text: string, preset = "light") => ({ kind: "private", text, preset }) as const;
  const fresh = (release: Release) => release.draws.at(-1)?.charges;

  it("sends the same levels for the beginning, and charges the second turn of a chat for its new tokens alone", async () => {
    const first = await engine.release([said("Once there was a fox.")]);
    const turn = [
      said("Once there was a fox."),
      { kind: "public", text: " He ran." } as const,
      said(" Then he slept."),
    ];
    const second = await engine.release(turn, first);
    const added = await engine.tokenize([said(" Then he slept.")]);

    expect(second.segments[0]?.levels).toEqual(first.segments[0]?.levels);
    expect(second.draws[0]).toEqual(first.draws[0]);
    expect(second.draws).toHaveLength(2);
    expect(fresh(second)).toEqual([{ preset: "light", tokens: added.length }]);
    const sent = decodeFrame(second.frame).segments;
    expect(sent.map((s) => s.kind)).toEqual(["levels", "public", "levels"]);
    expect(sent[0]?.kind === "levels" && sent[0].levels).toEqual(first.segments[0]?.levels);
  });

  it("draws only the edited stretch", async () => {
    const before = await engine.release([said("The little fox ran home to his mother.")]);
    const after = await engine.release([said("The little cat ran home to his mother.")], before);
    const edited = after.tokens.filter(({ reused }) => !reused).map(({ text }) => text);
    expect(edited.join("")).toBe(" cat");
    expect(fresh(after)).toEqual([{ preset: "light", tokens: edited.length }]);

    const [old, now] = [levelsByToken(before), levelsByToken(after)];
    after.tokens.forEach(({ reused, text }, i) => {
      const there = before.tokens.findIndex((token) => token.text === text);
      if (reused) expect(now[i]).toEqual(old[there]);
    });
    // 32 levels of sixteen values: that all agree by chance has a probability far below 1e-6.
    const place = after.tokens.findIndex(({ reused }) => !reused);
    expect(now[place]).not.toEqual(old[place]);
  });

  it("costs nothing where nothing changed", async () => {
    const before = await engine.release([said("The fox ran.")]);
    const again = await engine.release([said("The fox ran.")], before);
    expect(again.draws).toEqual(before.draws);
    expect(again.frame).toEqual(before.frame);
    expect(again.tokens.every(({ reused }) => reused)).toBe(true);
  });

  it("draws everything anew at another preset, or after a release of another bundle", async () => {
    const before = await engine.release([said("The fox ran.", "light")]);
    const stricter = await engine.release([said("The fox ran.", "strict")], before);
    expect(stricter.tokens.some(({ reused }) => reused)).toBe(false);
    const foreign = await engine.release([said("The fox ran.")], { ...before, bundle: "00".repeat(32) });
    expect(foreign.tokens.some(({ reused }) => reused)).toBe(false);
    expect(foreign.draws).toHaveLength(1);
  });

  it("says before drawing what it would use again, exactly as it then does", async () => {
    const before = await engine.release([said("The little fox ran home.")]);
    const now = [said("The little fox walked home.")];
    expect(await engine.tokenize(now, before)).toEqual((await engine.release(now, before)).tokens);
  });
});
