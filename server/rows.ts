/** From what a frame carries to what the decoder reads: rows of the embedding space. */
import { findPreset, type Manifest, type Preset } from "../src/core/bundle/manifest.ts";
import { SottoError } from "../src/core/errors.ts";
import { estimate } from "../src/core/mechanism/estimate.ts";
import type { Frame, Segment } from "../src/core/wire/frame.ts";
import type { Bundle } from "./bundles.ts";

type RowSource = Pick<Bundle, "sha256" | "manifest" | "embeddings" | "deprojection" | "softPrompts" | "template">;

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
  readonly writeRows: (from: number, into: Float32Array) => void;
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

  return {
    prefix,
    length: promptTokens + after.length / hidden,
    promptTokens,
    maxTokens: granted,
    writeRows(from, into) {
      const to = from + into.length / hidden;
      let start = 0;
      /** What of a stretch of `tokens` rows is asked for: from row to row of its own, and where it goes. */
      const write = (tokens: number, writeThem: (first: number, end: number, rows: Float32Array) => void) => {
        const first = Math.max(from - start, 0);
        const end = Math.min(to - start, tokens);
        const at = start - from;
        if (first < end) writeThem(first, end, into.subarray((at + first) * hidden, (at + end) * hidden));
        start += tokens;
      };
      for (const segment of frame.segments) {
        write(tokensOf(segment), (first, end, rows) => {
          writeSegment(segment, first, end, bundle, rows);
        });
      }
      write(after.length / hidden, (first, end, rows) => {
        rows.set(after.subarray(first * hidden, end * hidden));
      });
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

function tokensOf(segment: Segment): number {
  return segment.kind === "public" ? segment.ids.length : segment.tokens;
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

/** Rows `first` to `end` of a segment. */
function writeSegment(segment: Segment, first: number, end: number, bundle: RowSource, rows: Float32Array): void {
  const { dim, clip, model } = bundle.manifest;
  switch (segment.kind) {
    case "public":
      segment.ids.subarray(first, end).forEach((id, i) => {
        rows.set(bundle.embeddings.subarray(id * model.hidden, (id + 1) * model.hidden), i * model.hidden);
      });
      return;
    case "levels": {
      const { mechanism, mu, bits, sparsity } = findPreset(bundle.manifest, segment.preset);
      const levels = segment.levels.subarray(first * dim, end * dim);
      const estimated = estimate(levels, { mechanism, mu, bits, dim, clip, sparsity });
      deproject(estimated, bundle.deprojection, dim, model.hidden, rows);
      return;
    }
    case "activations":
      deproject(segment.values.subarray(first * dim, end * dim), bundle.deprojection, dim, model.hidden, rows);
  }
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
