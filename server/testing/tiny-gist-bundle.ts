/** A gist bundle of a few hundred bytes: two vectors of four coordinates, three labels, two presets. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CLIENT_MODEL, HEAD, TOKENIZER, TOKENIZER_CONFIG } from "../../src/core/bundle/manifest.ts";
import { gistManifest } from "../../src/core/bundle/testing/gist-manifest.ts";
import { encodeFrame, type LevelsSegment, type Segment } from "../../src/core/wire/frame.ts";
import { writeBundleFolder, type WrittenBundle } from "./bundle-folder.ts";
import { tinyHead, type TinyHeadShape } from "./tiny-head.ts";

/** K, d; how many labels. */
export const TINY_GIST = {
  vectors: 2,
  dim: 4,
  clip: 1,
  promptTokens: 8,
  labels: ["first", "second", "third"],
} as const;

const COORDINATES = TINY_GIST.vectors * TINY_GIST.dim;

/** What the head multiplies with: estimates, coordinate by coordinate, and mu. */
export const HEAD_WEIGHTS: TinyHeadShape = {
  coordinates: COORDINATES,
  labels: TINY_GIST.labels.length,
  weights: Float32Array.from({ length: COORDINATES * TINY_GIST.labels.length }, (_, i) => Math.sin((i + 1) * 0.7)),
  byMu: Float32Array.of(0.25, -0.5, 0.125),
};

export interface TinyGistOptions {
  readonly id?: string;
  /** The bytes of server/head.onnx. */
  readonly head?: Uint8Array<ArrayBuffer>;
  /** Changes to the manifest's value before it is written. */
  readonly manifest?: (value: Record<string, unknown>) => void;
}

/** Put a gist bundle into a folder of bundles. */
export async function addTinyGistBundle(
  bundlesDir: string,
  { id = "tiny-gist", head = tinyHead(HEAD_WEIGHTS), manifest: change = () => undefined }: TinyGistOptions = {},
): Promise<WrittenBundle> {
  const unread = new TextEncoder().encode("the server never reads this file");
  const files = { [CLIENT_MODEL]: unread, [TOKENIZER]: unread, [TOKENIZER_CONFIG]: unread, [HEAD]: head };
  const { vectors, dim, clip, promptTokens, labels } = TINY_GIST;
  const [balanced] = gistManifest.presets;
  const value = {
    ...gistManifest,
    id,
    title: "Tiny gist",
    vectors,
    dim,
    clip,
    promptTokens,
    labels: labels.map((name) => ({ name, title: name, help: "" })),
    presets: [
      { ...balanced, name: "strict", mu: 2 },
      { ...balanced, name: "light", mu: 8, bits: 3 },
    ],
    probe: { ids: [1], activations: Array.from({ length: vectors }, () => Array<number>(dim).fill(0)) },
  };
  return writeBundleFolder(bundlesDir, id, value, files, change);
}

/** One by itself in a folder of its own. */
export async function writeTinyGistBundle(
  options?: TinyGistOptions,
): Promise<WrittenBundle & { readonly bundlesDir: string; remove(): Promise<void> }> {
  const bundlesDir = await mkdtemp(join(tmpdir(), "sotto-bundles-"));
  const written = await addTinyGistBundle(bundlesDir, options);
  return { bundlesDir, ...written, remove: () => rm(bundlesDir, { recursive: true, force: true }) };
}

/** A released gist, of preset `strict` unless something else is said. */
export function gistLevels(changes: Partial<LevelsSegment> = {}): LevelsSegment {
  const { vectors, dim } = TINY_GIST;
  const levels = Uint8Array.from({ length: (changes.tokens ?? vectors) * (changes.dim ?? dim) }, (_, i) => (3 * i) % 8);
  return { kind: "levels", preset: "strict", bits: 4, dim, tokens: vectors, levels, coding: "packed", ...changes };
}

/** A body for POST /v1/classifications. */
export function gistBody(
  { id, sha256 }: Pick<WrittenBundle, "id" | "sha256">,
  segments: readonly Segment[] = [gistLevels()],
): { model: string; private_prompt: string } {
  const frame = encodeFrame({ bundle: sha256, segments });
  return { model: id, private_prompt: Buffer.from(frame).toString("base64") };
}
