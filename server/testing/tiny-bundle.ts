/** A whole bundle of a few kilobytes in a temporary folder: byte tokens, random weights, three presets. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CLIENT_MODEL,
  DECODER,
  DEPROJECTION,
  EMBEDDINGS,
  SOFT_PROMPTS,
  TEMPLATE,
  TOKENIZER,
  TOKENIZER_CONFIG,
} from "../../src/core/bundle/manifest.ts";
import { writeBundleFolder } from "./bundle-folder.ts";
import { writeSafetensors } from "./safetensors-writer.ts";
import { tinyDecoder } from "./tiny-decoder.ts";

/** V, H, d; tokens of a soft prompt; context. Token 0 ends a reply, token 1 + b is byte b. */
export const TINY = {
  vocabulary: 257,
  hidden: 8,
  dim: 4,
  softPromptTokens: 2,
  contextLength: 64,
  endToken: 0,
} as const;

export interface TinyBundle {
  /** The folder of bundles, holding this one. */
  readonly bundlesDir: string;
  readonly directory: string;
  readonly id: string;
  /** sha256 of its manifest. */
  readonly sha256: string;
  remove(): Promise<void>;
}

export interface TinyOptions {
  readonly id?: string;
  /** The model is elsewhere, under this name: no decoder, the rows of public tokens only on demand, and a template. */
  readonly external?: {
    readonly model: string;
    readonly before: number;
    readonly after: number;
    readonly table?: boolean;
  };
  /** More files. */
  readonly files?: Record<string, Uint8Array<ArrayBuffer>>;
  /** Changes to the manifest's value before it is written. */
  readonly manifest?: (value: Record<string, unknown>) => void;
}

export async function writeTinyBundle(options: TinyOptions = {}): Promise<TinyBundle> {
  const bundlesDir = await mkdtemp(join(tmpdir(), "sotto-bundles-"));
  const written = await addTinyBundle(bundlesDir, options);
  return { bundlesDir, ...written, remove: () => rm(bundlesDir, { recursive: true, force: true }) };
}

/** Put a bundle into a folder of bundles. */
export async function addTinyBundle(
  bundlesDir: string,
  { id = "tiny", external, files: more, manifest: change = () => undefined }: TinyOptions,
) {
  const files = { ...(external === undefined ? tinyFiles() : externalFiles(external)), ...more };
  const engine = external && {
    kind: "external",
    model: external.model,
    template: { before: external.before, after: external.after },
  };
  return writeBundleFolder(bundlesDir, id, { ...tinyManifest(id), ...(engine && { engine }) }, files, change);
}

function matrix(rows: number, columns: number, salt: number) {
  return {
    shape: [rows, columns],
    data: Float32Array.from({ length: rows * columns }, (_, i) => Math.sin((i + 1) * (salt + 0.7))),
  };
}

function externalFiles({
  before,
  after,
  table = false,
}: NonNullable<TinyOptions["external"]>): Record<string, Uint8Array<ArrayBuffer>> {
  const { [EMBEDDINGS]: embeddings, ...files } = tinyFiles();
  delete files[DECODER];
  const template = writeSafetensors({
    ...(before > 0 && { before: matrix(before, TINY.hidden, 7) }),
    ...(after > 0 && { after: matrix(after, TINY.hidden, 8) }),
  });
  return {
    ...files,
    ...(table && embeddings && { [EMBEDDINGS]: embeddings }),
    ...(before + after > 0 && { [TEMPLATE]: template }),
  };
}

function tinyFiles(): Record<string, Uint8Array<ArrayBuffer>> {
  const { vocabulary, hidden, dim, softPromptTokens } = TINY;
  const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
  return {
    [CLIENT_MODEL]: new TextEncoder().encode("the server never reads this file"),
    [TOKENIZER]: json(tinyTokenizer()),
    [TOKENIZER_CONFIG]: json({ tokenizer_class: "PreTrainedTokenizerFast", eos_token: "<|end|>" }),
    [EMBEDDINGS]: writeSafetensors({ embed_tokens: matrix(vocabulary, hidden, 1) }),
    [DEPROJECTION]: writeSafetensors({ deprojection: matrix(dim, hidden, 2) }),
    [SOFT_PROMPTS]: writeSafetensors({
      strict: matrix(softPromptTokens, hidden, 3),
      balanced: matrix(softPromptTokens, hidden, 4),
      light: matrix(softPromptTokens, hidden, 5),
    }),
    [DECODER]: tinyDecoder({ hidden, vocabulary, weights: matrix(hidden, vocabulary, 6).data }),
  };
}

function tinyManifest(id: string): Record<string, unknown> {
  const loss = { mean: 1, error: 0, windows: 1 };
  const attacker = {
    recovery: 0.1,
    low: 0.05,
    high: 0.15,
    tokens: 1,
    baseline: 0.05,
    rare: null,
    bitsGained: null,
    anonymity: 1,
  };
  const measured = {
    recovery: { prior: "unigram", messages: 1, attackers: { nearest: attacker, bayes: attacker } },
    withSoftPrompt: { released: loss, control: loss, worth: loss },
    withoutSoftPrompt: { released: loss, control: loss, worth: loss },
  };
  const preset = (name: string, mu: number, bits: number) => ({
    name,
    mechanism: "binomial",
    mu,
    bits,
    sparsity: 1,
    measured,
  });
  const { dim, softPromptTokens, vocabulary, hidden, contextLength, endToken } = TINY;
  return {
    format: 1,
    id,
    title: "Tiny",
    description: "A bundle for tests.",
    model: {
      name: "tiny",
      architecture: "sum",
      parameters: 1,
      vocabulary,
      hidden,
      layers: 1,
      keyValueHeads: 1,
      headDim: hidden,
      contextLength,
      endToken,
    },
    licence: { weights: "Apache-2.0", data: [] },
    split: "token",
    tasks: ["complete"],
    dim,
    clip: 1,
    softPromptTokens,
    promptTokens: 10,
    presets: [preset("strict", 2, 4), preset("balanced", 4, 4), preset("light", 8, 3)],
    measured: {
      clean: { released: loss, control: loss, worth: loss },
      none: loss,
      off: { released: loss, control: loss, worth: loss },
    },
    probe: { ids: [1], activations: [[0, 0, 0, 0]] },
  };
}

/** Bytes as tokens, in the alphabet in which byte-level BPE writes them. */
function tinyTokenizer(): unknown {
  const printable = (byte: number) => (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
  let next = 256;
  const vocab: Record<string, number> = { "<|end|>": 0 };
  for (let byte = 0; byte < 256; byte++) vocab[String.fromCharCode(printable(byte) ? byte : next++)] = 1 + byte;
  const byteLevel = { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: false };
  const plain = { single_word: false, lstrip: false, rstrip: false, normalized: false };
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: [{ id: 0, content: "<|end|>", special: true, ...plain }],
    normalizer: null,
    pre_tokenizer: byteLevel,
    post_processor: null,
    decoder: byteLevel,
    model: {
      type: "BPE",
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      vocab,
      merges: [],
    },
  };
}

/** A manifest's value with what its denoiser names, which is as much as Bayes does. */
export function withDenoiserFigures(value: Record<string, unknown>): void {
  const { presets } = value as { presets: { measured: { recovery: { attackers: Record<string, unknown> } } }[] };
  for (const { measured } of presets) {
    const { attackers } = measured.recovery;
    measured.recovery.attackers = { ...attackers, denoiser: attackers["bayes"] };
  }
}
