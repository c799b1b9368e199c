/** What an answer's probabilities say: whether it names one topic, some, or none. */
import type { Classification, LabelProbability } from "../../sdk/gist/types.ts";

/** More are no help to choose among. */
export const MOST_LIKELY = 5;

export type Reading =
  /** One topic is likelier than all the others together. */
  | { readonly kind: "sure"; readonly labels: readonly [LabelProbability] }
  /** A few are, together. */
  | { readonly kind: "unsure"; readonly labels: readonly LabelProbability[] }
  /** Not even `MOST_LIKELY` are: it may be about nothing that the bundle knows. */
  | { readonly kind: "lost"; readonly labels: readonly LabelProbability[] };

/**
 * Half: what has more of the probability is likelier than all that is left. An answer that is more often wrong than right, by the server's
 * own reckoning, is not given as the answer.
 */
const HALF = 0.5;

/** The fewest topics that together are likelier than all the others. @param labels of an answer, the likeliest first */
export function readingOf(labels: readonly LabelProbability[]): Reading {
  let sum = 0;
  let count = 0;
  while (count < labels.length && sum <= HALF) sum += labels[count++]!.probability;
  const [first] = labels;
  if (first !== undefined && count === 1 && sum > HALF) return { kind: "sure", labels: [first] };
  const some = labels.slice(0, Math.min(count, MOST_LIKELY));
  return { kind: sum > HALF && count <= MOST_LIKELY ? "unsure" : "lost", labels: some };
}

/** What is copied, or shared: the title and the help of each topic that it may be. Empty where the answer names none. */
export function textOf({ labels }: Classification): string {
  return readingOf(labels)
    .labels.map(({ title, help }) => `${title}\n${help}`)
    .join("\n\n");
}
