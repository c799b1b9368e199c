import { beforeAll, describe, expect, it } from "vitest";
import { decodeFrame } from "../core/wire/frame.ts";
import { openFolder } from "./index.node.ts";
import type { Engine, Projector } from "../engine/engine.ts";
import { createLocalEngine, type EngineParts } from "../engine/local-engine.ts";

const text = "The little fox ran home.";
let parts: EngineParts;
let engine: Engine;

beforeAll(async () => {
  parts = await openFolder("bundles/demo-stories");
  engine = createLocalEngine(parts);
});

function withActivations(change: (values: Float32Array) => Float32Array): Engine {
  const projector: Projector = {
    ...parts.projector,
    project: async (ids) => change(await parts.projector.project(ids)),
  };
  return createLocalEngine({ ...parts, projector });
}

describe("a release", () => {
  it("is a frame that names the bundle and holds the levels of every token, and nothing else", async () => {
    const release = await engine.release([{ kind: "private", text, preset: "balanced" }]);
    const frame = decodeFrame(release.frame);
    expect(frame.bundle).toBe(parts.digest);
    expect(frame.segments).toHaveLength(1);
    const [segment] = frame.segments;
    if (segment?.kind !== "levels") throw new Error("not levels");
    expect(segment.tokens).toBe(parts.tokenizer.encode(text).length);
    expect(segment.levels).toEqual(release.segments[0]?.levels);
    expect(release.sizes).toEqual({
      frame: release.frame.length,
      text: text.length,
      embeddings: segment.tokens * parts.manifest.model.hidden * 2,
    });
  });

  it("sends public passages as ids and each private one at its own preset, in the order they were written", async () => {
    const release = await engine.release([
      { kind: "public", text: "Tell a story: " },
      { kind: "private", text: "Ottilie", preset: "strict" },
      { kind: "private", text: " lost her ring", preset: "light" },
    ]);
    const { segments } = decodeFrame(release.frame);
    expect(segments.map((s) => (s.kind === "levels" ? s.preset : s.kind))).toEqual(["public", "strict", "light"]);
    expect(segments[0]?.kind === "public" && [...segments[0].ids]).toEqual(parts.tokenizer.encode("Tell a story: "));
    expect(release.tokens.map((t) => t.text).join("")).toBe("Tell a story: Ottilie lost her ring");
    expect(release.tokens.filter((t) => t.preset === null)).toHaveLength(
      parts.tokenizer.encode("Tell a story: ").length,
    );
  });

  it("is drawn anew each time", async () => {
    const [first, second] = await Promise.all([
      engine.release([{ kind: "private", text, preset: "strict" }]),
      engine.release([{ kind: "private", text, preset: "strict" }]),
    ]);
    expect(first.frame).not.toEqual(second.frame);
  });

  it("leaves no activations behind", async () => {
    let kept = new Float32Array();
    const watched = withActivations((values) => (kept = values as Float32Array<ArrayBuffer>));
    await watched.release([{ kind: "private", text, preset: "light" }]);
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.every((value) => value === 0)).toBe(true);
  });

  it("refuses an empty text, an unknown preset, and a model that gives NaN or another width", async () => {
    await expect(engine.release([{ kind: "private", text: "", preset: "strict" }])).rejects.toMatchObject({
      code: "empty_prompt",
    });
    await expect(engine.release([{ kind: "private", text, preset: "off" }])).rejects.toMatchObject({
      code: "unknown_preset",
    });
    const sick = withActivations((values) => values.fill(Number.NaN, 3, 4));
    await expect(sick.release([{ kind: "private", text, preset: "light" }])).rejects.toMatchObject({
      code: "non_finite_activation",
    });
    const narrow = withActivations((values) => values.slice(1));
    await expect(narrow.release([{ kind: "private", text, preset: "light" }])).rejects.toMatchObject({
      code: "bundle_corrupt",
    });
  });
});

describe("an example draw", () => {
  it("shows levels of the same shape and has no frame to send", async () => {
    const example = await engine.example([{ kind: "private", text, preset: "balanced" }]);
    expect(example).not.toHaveProperty("frame");
    expect(example.segments[0]?.levels.length).toBe(parts.tokenizer.encode(text).length * parts.manifest.dim);
  });
});
