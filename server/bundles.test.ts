import { mkdtemp, rm, unlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { clientFiles } from "./bundle-folder.ts";
import { loadBundle, loadBundles } from "./bundles.ts";
import { addTinyBundle, TINY, writeTinyBundle, type TinyBundle, type TinyOptions } from "./testing/tiny-bundle.ts";

import { addTinyGistBundle, TINY_GIST } from "./testing/tiny-gist-bundle.ts";

describe("loadBundles", () => {
  let tiny: TinyBundle | undefined;
  afterEach(() => tiny?.remove());

  async function write(options?: TinyOptions): Promise<TinyBundle> {
    return (tiny = await writeTinyBundle(options));
  }

  it("loads every bundle of the folder, under the hash of its manifest", async () => {
    const { bundlesDir, sha256 } = await write();
    const other = await addTinyBundle(bundlesDir, { id: "another" });
    await writeFile(join(bundlesDir, "README.md"), "not a bundle");
    const { token: bundles } = await loadBundles(bundlesDir);
    expect([...bundles.keys()]).toEqual(["another", "tiny"]);
    expect(bundles.get("tiny")?.sha256).toBe(sha256);
    expect(bundles.get("another")?.sha256).toBe(other.sha256);
    const bundle = bundles.get("tiny")!;
    expect(bundle.embeddings).toHaveLength(TINY.vocabulary * TINY.hidden);
    expect(bundle.deprojection).toHaveLength(TINY.dim * TINY.hidden);
    expect([...bundle.softPrompts.keys()]).toEqual(["strict", "balanced", "light"]);
    expect(bundle.tokenizer.decode(bundle.tokenizer.encode("héllo"))).toBe("héllo");
  });

  it("loads a bundle whose model is elsewhere, with its table or without", async () => {
    const { bundlesDir } = await write({ external: { model: "org/model", before: 2, after: 0 } });
    await addTinyBundle(bundlesDir, { id: "with-table", external: { model: "m", before: 0, after: 0, table: true } });
    const { token: bundles } = await loadBundles(bundlesDir);
    const { embeddings, template, manifest } = bundles.get("tiny")!;
    expect(manifest.engine).toMatchObject({ kind: "external", model: "org/model" });
    expect([embeddings.length, template.after.length]).toEqual([0, 0]);
    expect(template.prefixes.get(null)).toHaveLength(2 * TINY.hidden);
    expect(template.prefixes.get("strict")).toHaveLength((2 + TINY.softPromptTokens) * TINY.hidden);
    expect(bundles.get("with-table")!.embeddings).toHaveLength(TINY.vocabulary * TINY.hidden);
    expect(bundles.get("with-table")!.template.prefixes.get(null)).toHaveLength(0);
  });

  it("refuses a template that is not as long as the manifest says", async () => {
    const change = (value: Record<string, unknown>) => {
      value.engine = { kind: "external", model: "m", template: { before: 3, after: 1 } };
    };
    const { bundlesDir } = await write({ external: { model: "m", before: 2, after: 1 }, manifest: change });
    await expect(loadBundles(bundlesDir)).rejects.toMatchObject({
      code: "bundle_corrupt",
      message: expect.stringMatching(/before in server\/template\.safetensors is 2 x 8 where .* 3 x 8/) as string,
    });
  });

  it("offers a client the files under client/ and no others", async () => {
    const { bundlesDir } = await write();
    const bundle = (await loadBundles(bundlesDir)).token.get("tiny")!;
    expect([...clientFiles(bundle.manifest).keys()].sort()).toEqual([
      "client.onnx",
      "tokenizer.json",
      "tokenizer_config.json",
    ]);
  });

  it("tells the two kinds of bundle apart, and a folder may hold both", async () => {
    const { bundlesDir } = await write();
    const gist = await addTinyGistBundle(bundlesDir);
    const bundles = await loadBundles(bundlesDir);
    expect([[...bundles.token.keys()], [...bundles.gist.keys()]]).toEqual([["tiny"], ["tiny-gist"]]);
    const { sha256, manifest } = bundles.gist.get("tiny-gist")!;
    expect(sha256).toBe(gist.sha256);
    expect(manifest.labels.map(({ name }) => name)).toEqual(TINY_GIST.labels);
    expect([...clientFiles(manifest).keys()]).toContain("client.onnx");
    await expect(loadBundle(gist.directory)).rejects.toMatchObject({
      code: "task_unsupported",
      message: expect.stringContaining("tiny-gist") as string,
    });
  });

  it("checks the files of either kind, and that no id stands for both", async () => {
    const { bundlesDir, directory } = await write();
    const gist = await addTinyGistBundle(bundlesDir, { manifest: (value) => Object.assign(value, { id: "tiny" }) });
    await expect(loadBundles(bundlesDir)).rejects.toThrow(/Two folders/);
    await rm(directory, { recursive: true });
    expect((await loadBundles(bundlesDir)).gist.get("tiny")?.sha256).toBe(gist.sha256);
    await writeFile(join(gist.directory, "server", "head.onnx"), "x");
    await expect(loadBundles(bundlesDir)).rejects.toMatchObject({
      code: "bundle_corrupt",
      message: expect.stringMatching(/tiny-gist.*head\.onnx has 1 bytes/) as string,
    });
  });

  it("says so when there is nothing to serve", async () => {
    const empty = await mkdtemp(join(tmpdir(), "sotto-empty-"));
    await expect(loadBundles(empty)).rejects.toMatchObject({ code: "bundle_not_found" });
    await rm(empty, { recursive: true });
    await expect(loadBundles(empty)).rejects.toMatchObject({ code: "bundle_not_found" });
  });

  it.each<[string, string, RegExp, (bundle: TinyBundle) => Promise<void>]>([
    [
      "a missing manifest",
      "bundle_corrupt",
      /tiny.*manifest\.json is missing/,
      (b) => unlink(join(b.directory, "manifest.json")),
    ],
    [
      "a manifest that is not JSON",
      "manifest_invalid",
      /tiny/,
      (b) => writeFile(join(b.directory, "manifest.json"), "{"),
    ],
    [
      "a missing file",
      "bundle_corrupt",
      /tiny.*decoder\.onnx is missing/,
      (b) => unlink(join(b.directory, "server", "decoder.onnx")),
    ],
    [
      "a file of another length",
      "bundle_corrupt",
      /tiny.*client\.onnx has 1 bytes/,
      (b) => writeFile(join(b.directory, "client", "client.onnx"), "x"),
    ],
    [
      "a file of the same length with other content",
      "bundle_corrupt",
      /tiny.*client\.onnx.*sha256/,
      (b) => writeFile(join(b.directory, "client", "client.onnx"), "The server never reads this file"),
    ],
  ])("stops at %s, naming the bundle", async (_name, code, message, damage) => {
    const bundle = await write();
    await damage(bundle);
    await expect(loadBundles(bundle.bundlesDir)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message) as string,
    });
  });

  it.each<[string, string, (value: Record<string, unknown>) => void]>([
    [
      "a table that is not V x H",
      "bundle_corrupt",
      (value) => Object.assign(value.model as object, { vocabulary: 300 }),
    ],
    [
      "a de-projection that is not d x H",
      "bundle_corrupt",
      (value) => {
        const { activations, ...probe } = value.probe as { activations: number[][] };
        Object.assign(value, { dim: 5, probe: { ...probe, activations: activations.map((row) => [...row, 0]) } });
      },
    ],
    ["soft prompts of another length", "bundle_corrupt", (value) => Object.assign(value, { softPromptTokens: 3 })],
    [
      "an end token outside the vocabulary",
      "manifest_invalid",
      (value) => Object.assign(value.model as object, { endToken: 257 }),
    ],
    [
      "a tokenizer with more tokens than the model",
      "bundle_corrupt",
      (value) => Object.assign(value.model as object, { vocabulary: 200 }),
    ],
    [
      "a manifest without the table",
      "manifest_invalid",
      (value) => {
        value.files = (value.files as { path: string }[]).filter((file) => !file.path.includes("embeddings"));
      },
    ],
    [
      "a file outside the bundle",
      "manifest_invalid",
      (value) => (value.files as { path: string }[]).push({ ...(value.files as object[])[0], path: "client/../../x" }),
    ],
  ])("stops at %s", async (_name, code, manifest) => {
    const { bundlesDir } = await write({ manifest });
    await expect(loadBundles(bundlesDir)).rejects.toMatchObject({
      code,
      message: expect.stringContaining("tiny") as string,
    });
  });

  it("stops at two bundles of one name", async () => {
    const { bundlesDir } = await write();
    await addTinyBundle(bundlesDir, { id: "copy", manifest: (value) => Object.assign(value, { id: "tiny" }) });
    await expect(loadBundles(bundlesDir)).rejects.toThrow(/Two folders/);
  });

  it("needs no soft prompts where the manifest has none", async () => {
    const { bundlesDir } = await write({ manifest: (value) => Object.assign(value, { softPromptTokens: 0 }) });
    expect((await loadBundles(bundlesDir)).token.get("tiny")?.softPrompts.size).toBe(0);
  });
});
