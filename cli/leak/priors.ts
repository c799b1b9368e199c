/** What an attacker may know of language, from the weakest. */

/** How common each token is; the bundle's n-gram model; its decoder besides. */
export const PRIORS = ["unigram", "ngram", "model"] as const;
export type Prior = (typeof PRIORS)[number];

/** `none`: the bundle has no n-gram model, and so no attack here knows even how common a token is. */
export type KnownPrior = Prior | "none";

const NAMES: Record<KnownPrior, string> = {
  none: "nothing: this bundle has no n-gram model",
  unigram: "how common each token is, and no language model",
  ngram: "the bundle's n-gram model",
  model: "the bundle's n-gram model and its decoder",
};

/** "the bundle's n-gram model". */
export function priorName(prior: KnownPrior): string {
  return NAMES[prior];
}
