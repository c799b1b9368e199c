import { describe, expect, it } from "vitest";
import { MESSAGE_CODES, MESSAGES } from "../core/bundle/manifest.ts";
import { gistManifest } from "../core/bundle/testing/gist-manifest.ts";
import type { Tokenizer } from "../core/text/tokenizer.ts";
import { decodeFrame } from "../core/wire/frame.ts";
import { createGistEngine, type GistParts } from "./gist-engine.ts";

const DIGEST = "ab".repeat(32);
const tokenizer = {
  encode: (text: string) => text.split(/\s+/).flatMap((word) => (word === "" ? [] : [word.length])),
} as Partial<Tokenizer> as Tokenizer;

const file = (path: string) => ({ path, bytes: 10, sha256: "0".repeat(64) });
const utf8 = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

function engineOver(change: Partial<GistParts> = {}) {
  const given: Float32Array[] = [];
  const engine = createGistEngine({
    manifest: gistManifest,
    digest: DIGEST,
    tokenizer,
    projector: {
      info: { backend: "wasm", note: "", threads: 1 },
      project: async () => {
        const activations = Float32Array.of(0.9, -0.9, 0.9, -0.9);
        given.push(activations);
        return activations;
      },
      close: async () => undefined,
    },
    source: { file: () => Promise.reject(new Error("nothing was to be read")) },
    ...change,
  });
  return { engine, given };
}

describe("the gist engine", () => {
  it("releases one row for the whole message, in a frame that a server reads", async () => {
    const { engine } = engineOver();
    const short = await engine.release("where is it", "balanced");
    const long = await engine.release("where is the card that I asked for", "balanced");
    const { bundle, segments } = decodeFrame(long.frame);
    expect(bundle).toBe(DIGEST);
    expect(segments).toEqual([
      { kind: "levels", preset: "balanced", bits: 4, dim: 4, tokens: 1, levels: long.levels.levels, coding: "packed" },
    ]);
    expect(long.messageTokens).toBe(8);
    // Its length says nothing of the message's.
    expect(short.frame.length).toBe(long.frame.length);
  });

  it("draws anew every time, under a name of its own", async () => {
    const { engine } = engineOver();
    const draws = await Promise.all(Array.from({ length: 24 }, () => engine.release("where is it", "balanced")));
    expect(new Set(draws.map(({ draw }) => draw.id)).size).toBe(24);
    expect(new Set(draws.map(({ levels }) => levels.levels.join())).size).toBeGreaterThan(1);
    expect(draws[0]!.draw.charges).toEqual([{ preset: "balanced", tokens: 1 }]);
  });

  it("leaves no activations behind", async () => {
    const { engine, given } = engineOver();
    await engine.release("where is it", "balanced");
    await engine.example("where is it", "balanced");
    expect(given.map((each) => [...each])).toEqual([
      [0, 0, 0, 0],
      [0, 0, 0, 0],
    ]);
  });

  it.each([
    ["", "balanced", "empty_prompt"],
    ["a b c d e f g h i", "balanced", "prompt_too_long"],
    ["where is it", "loud", "unknown_preset"],
  ])("refuses %j at %s", async (text, preset, code) => {
    await expect(engineOver().engine.release(text, preset)).rejects.toMatchObject({ code });
  });

  it("refuses a model that gives another width than the manifest says", async () => {
    const { engine } = engineOver({ manifest: { ...gistManifest, vectors: 2 } });
    await expect(engine.release("where is it", "balanced")).rejects.toMatchObject({ code: "bundle_corrupt" });
  });
});

describe("example messages", () => {
  const withExamples = { ...gistManifest, files: [...gistManifest.files, file(MESSAGES), file(MESSAGE_CODES)] };
  const reading = (json: unknown, codes: number[]) =>
    engineOver({
      manifest: withExamples,
      source: { file: async ({ path }) => (path === MESSAGES ? utf8(json) : Uint8Array.from(codes)) },
    }).engine.examples();

  it("come with their codes, which are signed", async () => {
    const found = await reading({ messages: [["Where is my card?", 0]] }, [127, 129, 0, 255]);
    expect(found?.messages).toEqual([{ text: "Where is my card?", label: 0 }]);
    expect([...found!.codes]).toEqual([127, -127, 0, -1]);
  });

  it("are none where the bundle has none", async () => {
    expect(await engineOver().engine.examples()).toBeNull();
  });

  it.each([
    ["a label that does not exist", { messages: [["Where is my card?", 2]] }, [0, 0, 0, 0]],
    ["codes of another number", { messages: [["Where is my card?", 0]] }, [0, 0, 0]],
    ["something else", [1], [0, 0, 0, 0]],
  ])("are refused with %s", async (_, json, codes) => {
    await expect(reading(json, codes)).rejects.toMatchObject({ code: "bundle_corrupt" });
  });
});
