import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sha256Hex } from "../core/bundle/integrity.ts";
import { NGRAM, type BundleFile } from "../core/bundle/manifest.ts";
import { SottoError } from "../core/errors.ts";
import { directorySource } from "../storage/directory-source.node.ts";
import { createLocalEngine, type EngineParts } from "./local-engine.ts";
import { openParts } from "./open.ts";
import { openNodeRuntime } from "./runtime.node.ts";

let parts: EngineParts;
beforeAll(async () => {
  const opened = await openParts(directorySource("bundles/demo-stories"), openNodeRuntime);
  // As a bundle of an earlier day: without a language model, whether the one here has it or not.
  const files = opened.manifest.files.filter(({ path }) => path !== NGRAM);
  parts = { ...opened, manifest: { ...opened.manifest, files } };
});
afterAll(() => parts.projector.close());

describe("what an attack needs of a bundle", () => {
  it("is the row and the text of every token, computed once", async () => {
    let runs = 0;
    const projector = {
      ...parts.projector,
      project: (ids: Int32Array) => {
        runs++;
        return parts.projector.project(ids);
      },
    };
    const engine = createLocalEngine({ ...parts, projector });
    const kit = await engine.attackKit();
    const { probe, model } = parts.manifest;
    expect(kit.dim).toBe(parts.manifest.dim);
    expect(kit.rows).toHaveLength(model.vocabulary * kit.dim);
    probe.ids.forEach((id, t) => {
      const row = kit.rows.subarray(id * kit.dim, (id + 1) * kit.dim);
      expect([...row]).toEqual(probe.activations[t]?.map(Math.fround));
    });
    expect(kit.pieces).toHaveLength(model.vocabulary);
    const ids = parts.tokenizer.encode("The old man had a red boat.");
    expect(ids.map((id) => kit.pieces[id]).join("")).toBe("The old man had a red boat.");
    expect(kit.ngram).toBeNull();
    const asked = runs;
    expect((await engine.attackKit()).rows).toBe(kit.rows);
    expect(runs).toBe(asked);
  });

  it("has the bundle's language model, fetched when it is first asked for, and again only if that failed", async () => {
    const bytes = Uint8Array.of(1, 2, 3);
    const file: BundleFile = { path: NGRAM, bytes: 3, sha256: await sha256Hex(bytes) };
    const asked: string[] = [];
    const source = {
      file: async ({ path }: BundleFile) => {
        asked.push(path);
        if (asked.length === 1) throw new SottoError("server_unreachable", "The server does not answer.");
        return bytes;
      },
    };
    const manifest = { ...parts.manifest, files: [...parts.manifest.files, file] };
    const engine = createLocalEngine({ ...parts, manifest, source });
    await engine.example([{ kind: "private", text: "The fox", preset: "strict" }]);
    expect(asked).toEqual([]);
    await expect(engine.attackKit()).rejects.toMatchObject({ code: "server_unreachable" });
    expect((await engine.attackKit()).ngram).toEqual(bytes);
    await engine.attackKit();
    expect(asked).toEqual([NGRAM, NGRAM]);
  });

  it("has no text for a row that is no token's", async () => {
    const model = { ...parts.manifest.model, vocabulary: parts.manifest.model.vocabulary + 2 };
    const projector = {
      ...parts.projector,
      project: async (ids: Int32Array) => new Float32Array(ids.length * parts.manifest.dim),
    };
    const engine = createLocalEngine({ ...parts, projector, manifest: { ...parts.manifest, model } });
    expect((await engine.attackKit()).pieces.slice(-2)).toEqual(["", ""]);
  });
});
