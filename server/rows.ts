/** From what a frame carries to what the decoder reads: rows of the embedding space. */
import { findPreset, type Manifest, type Preset } from "../src/core/bundle/manifest.ts";
import { SottoError } from "../src/core/errors.ts";
import type { Frame, Segment } from "../src/core/wire/frame.ts";
import type { Bundle } from "./bundles.ts";
import { denoisedRows, type Denoise } from "./denoised-rows.ts";
import { estimatesOf, lookUp, stretches, tokensOf } from "./segments.ts";

type RowSource = Pick<Bundle, "sha256" | "manifest" | "embeddings" | "deprojection" | "softPrompts" | "template"> & {
  /** Of a bundle that has a denoiser; without one, estimates are de-projected one by one. */
  readonly denoise?: Denoise;
};

/** A frame, and whether it is a chat that the bundle's chat template was laid around: then no other template is. */
export type PromptFrame = Frame & { readonly templated?: boolean };

/** What a frame asks of the decoder: all of it checked, none of its rows computed. */
export interface PromptPlan {
  /** P x H: the template's beginning and the soft prompt, the same array for every frame of a preset; empty where neither is needed. */
  readonly prefix: Float32Array;
  /** S: the frame's segments in their order, and the template's end. */
  readonly length: number;
  /** Tokens of the frame, without soft prompt and template. */
  readonly promptTokens: number;
  /** Most tokens the reply may have: what was asked for, or what is left when nothing was. */
  readonly maxTokens: number;
  /** The rows themselves, as `GenerationRequest` has them. */
  readonly writeRows: (from: number, into: Float32Array) => Promise<void>;
}

/** Where the caller names no number of tokens, a reply has at most so many, and fewer when the context has less room. */
export const DEFAULT_MAX_TOKENS = 128;

const NOTHING = new Float32Array(0);

/**
 * The rows of a frame as a plan: what can be refused from the frame alone is refused here, for the price of reading it. Rows are many
 * times its size and their number of products is T d H, so they are written when the request has its turn.
 * @throws SottoError `bundle_mismatch`, `unknown_preset`, `frame_invalid`, `token_out_of_range`,
 *   `public_tokens_unsupported`, `context_length_exceeded`; when rows are written, `non_finite_activation`
 */
export function planPrompt(bundle: RowSource, frame: PromptFrame, maxTokens: number | undefined): PromptPlan {
  if (frame.bundle !== bundle.sha256) {
    throw new SottoError(
      "bundle_mismatch",
      "The frame was made with another version of this bundle. Load the bundle again and release anew.",
    );
  }
  const { manifest } = bundle;
  for (const segment of frame.segments) checkSegment(segment, bundle);
  const { prefix, after } = surroundings(bundle, frame);
  const promptTokens = frame.segments.reduce((sum, segment) => sum + tokensOf(segment), 0);
  const { hidden, contextLength } = manifest.model;
  const granted = grantTokens(contextLength, (prefix.length + after.length) / hidden, promptTokens, maxTokens);

  const writeOwn = rowWriter(bundle, frame.segments);
  return {
    prefix,
    length: promptTokens + after.length / hidden,
    promptTokens,
    maxTokens: granted,
    async writeRows(from, into) {
      // Numbers: the frame's own rows, and behind them the template's.
      const own = promptTokens * hidden;
      const first = from * hidden;
      const end = first + into.length;
      if (first < own) await writeOwn(from, into.subarray(0, Math.min(end, own) - first));
      if (end > own) into.set(after.subarray(Math.max(first - own, 0), end - own), Math.max(own - first, 0));
      if (!into.every(Number.isFinite)) {
        throw new SottoError(
          "non_finite_activation",
          "The prompt's activations are too large for the model to compute with.",
        );
      }
    },
  };
}

/** A chat that has its template has it by now; what an external engine's is for is a frame by itself. */
function surroundings({ manifest, softPrompts, template }: RowSource, { segments, templated }: PromptFrame) {
  const preset = noisiestPreset(manifest, segments)?.name ?? null;
  if (templated !== true) return { prefix: template.prefixes.get(preset)!, after: template.after };
  return { prefix: (preset === null ? undefined : softPrompts.get(preset)) ?? NOTHING, after: NOTHING };
}

/** Never a default: what the manifest does not describe is refused. */
function checkSegment(segment: Segment, { manifest, embeddings }: RowSource): void {
  switch (segment.kind) {
    case "public":
      if (embeddings.length === 0) {
        throw new SottoError(
          "public_tokens_unsupported",
          "This bundle has no table of its model's rows, so it takes no public tokens. Mark nothing public, or use another bundle.",
        );
      }
      if (segment.ids.some((id) => id >= manifest.model.vocabulary)) {
        throw new SottoError("token_out_of_range", "The frame has a token id beyond the vocabulary of this bundle.");
      }
      return;
    case "levels": {
      const { bits } = findPreset(manifest, segment.preset);
      requireDim(segment.dim, manifest);
      if (segment.bits !== bits) {
        throw new SottoError(
          "frame_invalid",
          `The frame has levels of ${segment.bits} bits where this preset of the bundle has ${bits}.`,
        );
      }
      return;
    }
    case "activations":
      requireDim(segment.dim, manifest);
  }
}

function requireDim(dim: number, manifest: Manifest): void {
  if (dim !== manifest.dim) {
    throw new SottoError(
      "frame_invalid",
      `The frame has ${dim} coordinates a token where this bundle has ${manifest.dim}.`,
    );
  }
}

function grantTokens(context: number, soft: number, prompt: number, wanted: number | undefined): number {
  const room = context - soft - prompt;
  const granted = wanted ?? Math.min(DEFAULT_MAX_TOKENS, Math.max(room, 1));
  if (granted > room) {
    const before = soft === 0 ? "" : `${soft} of the bundle's own, `;
    throw new SottoError(
      "context_length_exceeded",
      `This model holds ${context} tokens; this request needs ${soft + prompt + granted}: ${before}${prompt} of the prompt and ` +
        `${granted} for the reply. Shorten the prompt or ask for fewer tokens.`,
    );
  }
  return granted;
}

/**
 * The soft prompt was trained to make up for one preset's noise. Where presets are mixed the noisiest decides, which is the one
 * with the smallest mu; where nothing is noised there is nothing to make up for.
 */
function noisiestPreset(manifest: Manifest, segments: readonly Segment[]): Preset | undefined {
  let noisiest: Preset | undefined;
  for (const segment of segments) {
    if (segment.kind !== "levels") continue;
    const preset = findPreset(manifest, segment.preset);
    if (noisiest === undefined || preset.mu < noisiest.mu) noisiest = preset;
  }
  return noisiest;
}

/** Writes rows of the segments from one on, as many as there is room for. */
type RowWriter = (from: number, into: Float32Array) => Promise<void>;

function rowWriter(bundle: RowSource, segments: readonly Segment[]): RowWriter {
  // Where nothing was noised there is nothing to read through it.
  const noised = segments.some(({ kind }) => kind !== "public");
  if (bundle.denoise !== undefined && noised) return denoisedRows(bundle.denoise, bundle.manifest, segments);
  const { hidden } = bundle.manifest.model;
  return (from, into) => {
    for (const { segment, first, end, at } of stretches(segments, from, from + into.length / hidden)) {
      writeSegment(segment, first, end, bundle, into.subarray(at * hidden, (at + end - first) * hidden));
    }
    return Promise.resolve();
  };
}

/** Rows `first` to `end` of a segment. */
function writeSegment(segment: Segment, first: number, end: number, bundle: RowSource, rows: Float32Array): void {
  const { dim, model } = bundle.manifest;
  if (segment.kind === "public") lookUp(segment.ids.subarray(first, end), bundle, rows);
  else deproject(estimatesOf(segment, first, end, bundle.manifest), bundle.deprojection, dim, model.hidden, rows);
}

/** rows (T x H) = x (T x d) times D (d x H). */
function deproject(x: Float32Array, d: Float32Array, dim: number, hidden: number, rows: Float32Array): void {
  rows.fill(0);
  for (let t = 0; t * hidden < rows.length; t++) {
    const row = rows.subarray(t * hidden, (t + 1) * hidden);
    for (let i = 0; i < dim; i++) {
      const factor = x[t * dim + i]!;
      const from = i * hidden;
      for (let h = 0; h < hidden; h++) row[h]! += factor * d[from + h]!;
    }
  }
}
