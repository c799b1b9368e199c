/** The bundles this server answers for: every file checked against its manifest before the first request is taken. */
import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import {
  DEPROJECTION,
  EMBEDDINGS,
  SOFT_PROMPTS,
  TEMPLATE,
  TOKENIZER,
  TOKENIZER_CONFIG,
  type GistManifest,
  type Manifest,
} from "../src/core/bundle/manifest.ts";
import { SottoError } from "../src/core/errors.ts";
import { createTokenizer, type Tokenizer } from "../src/core/text/tokenizer.ts";
import { readBundleFile, readFolder, type BundleFolder } from "./bundle-folder.ts";
import { readSafetensors, requireTensor } from "./safetensors.ts";

/** One that goes on with a text. */
export interface Bundle extends BundleFolder<Manifest> {
  readonly tokenizer: Tokenizer;
  /** `embed_tokens`, V x H, row-major. Empty where the engine is external and the bundle carries no table. */
  readonly embeddings: Float32Array;
  /** D, d x H, row-major. */
  readonly deprojection: Float32Array;
  /** By preset, softPromptTokens x H; empty when the bundle has no soft prompts. */
  readonly softPrompts: ReadonlyMap<string, Float32Array>;
  /** Clean rows of the template of an external engine; else of none. */
  readonly template: Template;
}

export interface Template {
  /** By preset: `before` and then the preset's soft prompt. What a frame without levels begins with is under null. */
  readonly prefixes: ReadonlyMap<string | null, Float32Array>;
  /** What follows the prompt. */
  readonly after: Float32Array;
}

/** One that answers with labels. What it has besides is its head (engine/gist-head.ts). */
export type GistBundle = BundleFolder<GistManifest>;
export type AnyBundle = Bundle | GistBundle;

/** By kind and by id; no id is in both. */
export interface Bundles {
  readonly token: ReadonlyMap<string, Bundle>;
  readonly gist: ReadonlyMap<string, GistBundle>;
}

/**
 * Every bundle of the folder, by id. Each of its folders (but for hidden ones) is a bundle.
 * @throws SottoError `bundle_not_found` when there is none; else whatever is wrong with the first broken one, naming it
 */
export async function loadBundles(bundlesDir: string): Promise<Bundles> {
  let entries;
  try {
    entries = await readdir(bundlesDir, { withFileTypes: true });
  } catch (cause) {
    throw new SottoError("bundle_not_found", `The bundles folder ${bundlesDir} cannot be read.`, { cause });
  }
  const folders = entries.filter((entry) => !entry.isFile() && !entry.name.startsWith(".")).map((entry) => entry.name);
  if (folders.length === 0) throw new SottoError("bundle_not_found", `The folder ${bundlesDir} holds no bundles.`);

  const token = new Map<string, Bundle>();
  const gist = new Map<string, GistBundle>();
  for (const folder of folders.sort()) {
    const bundle = await loadAnyBundle(join(bundlesDir, folder));
    const { id } = bundle.manifest;
    if (token.has(id) || gist.has(id)) {
      throw new SottoError(
        "manifest_invalid",
        `Two folders in ${bundlesDir} hold a bundle named ${id}; one is ${folder}.`,
      );
    }
    if (isGist(bundle)) gist.set(id, bundle);
    else token.set(id, bundle);
  }
  return { token, gist };
}

/**
 * One bundle that goes on with a text, checked.
 * @throws SottoError `manifest_invalid`, `bundle_corrupt`, `task_unsupported`; the message names the folder
 */
export async function loadBundle(directory: string): Promise<Bundle> {
  const bundle = await loadAnyBundle(directory);
  if (!isGist(bundle)) return bundle;
  throw new SottoError(
    "task_unsupported",
    `The bundle ${basename(directory)} answers with labels and goes on with no text.`,
  );
}

async function loadAnyBundle(directory: string): Promise<AnyBundle> {
  try {
    const { manifest, ...folder } = await readFolder(directory);
    return manifest.split === "gist" ? { ...folder, manifest } : await readParts({ ...folder, manifest });
  } catch (error) {
    const [code, message] = error instanceof SottoError ? [error.code, error.message] : unreadable(error);
    throw new SottoError(code, `The bundle ${basename(directory)} cannot be served. ${message}`, { cause: error });
  }
}

function isGist(bundle: AnyBundle): bundle is GistBundle {
  return bundle.manifest.split === "gist";
}

async function readParts(folder: BundleFolder<Manifest>): Promise<Bundle> {
  const { manifest } = folder;
  const { vocabulary, hidden } = manifest.model;
  const tensors = async (path: string) => readSafetensors(await readBundleFile(folder, path), path);
  const softPrompts = new Map<string, Float32Array>();
  if (manifest.softPromptTokens > 0) {
    const prompts = await tensors(SOFT_PROMPTS);
    for (const { name } of manifest.presets) {
      softPrompts.set(name, requireTensor(prompts, name, [manifest.softPromptTokens, hidden], SOFT_PROMPTS));
    }
  }
  const carriesTable = manifest.engine?.kind !== "external" || manifest.files.some((file) => file.path === EMBEDDINGS);
  const tokenizer = createTokenizer(
    await readBundleFile(folder, TOKENIZER),
    await readBundleFile(folder, TOKENIZER_CONFIG),
  );
  if (tokenizer.vocabulary > vocabulary) {
    throw new SottoError("bundle_corrupt", "Its tokenizer has more tokens than the manifest's vocabulary.");
  }
  return {
    ...folder,
    tokenizer,
    embeddings: carriesTable
      ? requireTensor(await tensors(EMBEDDINGS), "embed_tokens", [vocabulary, hidden], EMBEDDINGS)
      : new Float32Array(0),
    deprojection: requireTensor(await tensors(DEPROJECTION), "deprojection", [manifest.dim, hidden], DEPROJECTION),
    softPrompts,
    template: await readTemplate(manifest, softPrompts, tensors),
  };
}

type ReadTensors = (path: string) => Promise<ReturnType<typeof readSafetensors>>;

async function readTemplate(
  { engine, model, presets }: Manifest,
  softPrompts: ReadonlyMap<string, Float32Array>,
  read: ReadTensors,
): Promise<Template> {
  const tokens = engine?.kind === "external" ? engine.template : { before: 0, after: 0 };
  const file = tokens.before + tokens.after > 0 ? await read(TEMPLATE) : new Map<string, never>();
  const part = (name: "before" | "after") =>
    tokens[name] > 0 ? requireTensor(file, name, [tokens[name], model.hidden], TEMPLATE) : new Float32Array(0);
  const before = part("before");
  const prefixes = new Map<string | null, Float32Array>([[null, before]]);
  for (const { name } of presets) prefixes.set(name, concatenate(before, softPrompts.get(name)));
  return { prefixes, after: part("after") };
}

/** Both; the very array of the second where the first is empty, by which an engine knows what it has computed of it. */
function concatenate(first: Float32Array, second: Float32Array = new Float32Array(0)): Float32Array {
  if (first.length === 0) return second;
  const both = new Float32Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

function unreadable(error: unknown): ["bundle_corrupt", string] {
  if (error instanceof Error && "code" in error && typeof error.code === "string") {
    const path = "path" in error && typeof error.path === "string" ? basename(error.path) : "A file";
    return [
      "bundle_corrupt",
      error.code === "ENOENT" ? `${path} is missing.` : `${path} cannot be read (${error.code}).`,
    ];
  }
  return ["bundle_corrupt", "One of its files is not what it should be."];
}
