/** One answer with labels: frame in, probabilities out. Knows nothing of HTTP. */
import { decodeFrame } from "../src/core/wire/frame.ts";
import type { GistBundle } from "./bundles.ts";
import type { Admission } from "./engine/admission.ts";
import type { GistHead } from "./engine/gist-head.ts";
import { withinDeadline } from "./engine-deadlines.ts";
import { planGist } from "./gist.ts";
import type { Limits } from "./limits.ts";

/** A gist bundle, the head that runs it, and the line that its requests stand in with all others. */
export interface ServedGist {
  readonly bundle: GistBundle;
  readonly head: GistHead;
  readonly admission: Admission;
}

export interface Classification {
  /** All of the bundle, the most probable first; of equal ones the first of the manifest. */
  readonly labels: readonly LabelProbability[];
  /** K: rows that the frame carried. */
  readonly vectors: number;
}

export interface LabelProbability {
  readonly label: string;
  readonly probability: number;
}

/**
 * What the message of this frame is, as far as its release says. It waits for its turn like a reply, of K tokens of context, for at most
 * `firstByteMs` with the answer itself.
 * @throws SottoError of the frame codec, of `planGist`, of the admission, of the head; `engine_timeout`; the signal's reason
 */
export async function classify(
  { bundle, head, admission }: ServedGist,
  frame: Uint8Array,
  limits: Pick<Limits, "bodyBytes" | "frameTokens" | "firstByteMs">,
  signal: AbortSignal,
): Promise<Classification> {
  const plan = planGist(bundle, decodeFrame(frame, { maxBytes: limits.bodyBytes, maxTokens: limits.frameTokens }));
  const logits = await withinDeadline(limits.firstByteMs, signal, async (signal) => {
    const giveBack = await admission.enter(plan.vectors, signal);
    try {
      return await head.logits(plan.estimates(), plan.mu);
    } finally {
      giveBack();
    }
  });
  // Whoever left meanwhile is answered nothing.
  signal.throwIfAborted();
  const names = bundle.manifest.labels.map(({ name }) => name);
  return { labels: ranked(names, softmax(logits)), vectors: plan.vectors };
}

/** exp(x_i) / sum exp(x_j), after the largest is taken from all: no finite logits overflow. They add up to 1 but for rounding. */
export function softmax(logits: Float32Array): Float64Array {
  const most = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  const weights = Float64Array.from(logits, (logit) => Math.exp(logit - most));
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / sum);
}

function ranked(names: readonly string[], probabilities: Float64Array): LabelProbability[] {
  return names
    .map((label, i) => ({ label, probability: probabilities[i]! }))
    .sort((a, b) => b.probability - a.probability);
}
