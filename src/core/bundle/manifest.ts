/**
 * The manifest of a bundle: what it is, how its text is split, its presets and what was measured of them, and the length
 * and sha256 of every file. What reads one is in manifest-schema.ts: a page that is handed a manifest need not load that.
 */
import { SottoError } from "../errors.ts";
import type { AnyManifest, GistManifest, Manifest, TemplatePiece } from "./manifest-schema.ts";

export type { AnyManifest, GistManifest, Manifest, TemplatePiece };
export type GistPreset = GistManifest["presets"][number];
export type GistLabel = GistManifest["labels"][number];
export type Preset = Manifest["presets"][number];
export type ChatTemplate = NonNullable<Manifest["chat"]>;
export type Recovery = Preset["measured"]["recovery"];
export type BundleFile = Manifest["files"][number];

/** The version of the format this code reads and the trainer writes. */
export const MANIFEST_FORMAT = 1;

/** Files every bundle has, by path inside the bundle. */
export const CLIENT_MODEL = "client/client.onnx";
export const TOKENIZER = "client/tokenizer.json";
export const TOKENIZER_CONFIG = "client/tokenizer_config.json";
/** Optional: the language model of attacks on this device. Fetched when the first of them is run. */
export const NGRAM = "client/ngram.bin";
/** Optional, of a gist bundle: example messages `{messages: [[text, label]]}`, and their codes, N x K d int8, x / clip * 127. */
export const MESSAGES = "client/messages.json";
export const MESSAGE_CODES = "client/messages.bin";
/** Of a gist bundle: estimates float32 batch x K d and mu float32 batch x 1 -> logits batch x labels. */
export const HEAD = "server/head.onnx";
export const DECODER = "server/decoder.onnx";
/** `embed_tokens` V x H: rows of public tokens and of the reply's own tokens. Optional where the engine is external. */
export const EMBEDDINGS = "server/embeddings.safetensors";
/** `deprojection` d x H. */
export const DEPROJECTION = "server/deprojection.safetensors";
/**
 * Optional: what a server trained for the noise reads a release with, and the leak preview too. estimates float32 T x d, precision float32 T x 1
 * (M / A^2 of each token's preset, 0 of a public token), ids int32 T (of a public token, else -1) -> rows T x H, belief T x V (log-probabilities).
 */
export const DENOISER = "client/denoiser.onnx";
/** One tensor a preset, by its name, softPromptTokens x H. */
export const SOFT_PROMPTS = "server/soft_prompts.safetensors";

/** `before` and `after`, each as many rows as the manifest says x H. A part of no rows is left out. For external engines only. */
export const TEMPLATE = "server/template.safetensors";

/**
 * The preset of that name.
 * @throws SottoError `unknown_preset`
 */
export function findPreset<P extends { readonly name: string }>(
  bundle: { readonly presets: readonly P[] },
  name: string,
): P {
  const found = bundle.presets.find((p) => p.name === name);
  if (found === undefined) {
    const names = bundle.presets.map((p) => p.name).join(", ");
    throw new SottoError("unknown_preset", `This bundle has no such preset; it has ${names}.`);
  }
  return found;
}

/**
 * The file at that path inside the bundle.
 * @throws SottoError `manifest_invalid`
 */
export function findFile(bundle: Pick<AnyManifest, "files">, path: string): BundleFile {
  const found = bundle.files.find((f) => f.path === path);
  if (found === undefined) throw new SottoError("manifest_invalid", `The bundle's manifest lists no ${path}.`);
  return found;
}
