/**
 * Memoised releases (docs/mechanism.md, section 5): levels that were released stay with their tokens, and go again where the same
 * tokens go again. That is post-processing and costs nothing; fresh noise for them would be averaged away.
 *
 * What two prompts have in common is their longest common beginning and then their longest common end: one edited stretch.
 * A finer alignment would find chance matches inside rewritten text, and every row sent again tells the server that its token is
 * the same as before. So the server sees which one stretch was edited, and no more.
 */
import type { PresetTokens, PromptToken, Release } from "./types.ts";

/** A token without the mark of whether it is reused. */
export type BareToken = Omit<PromptToken, "reused">;

/** What is used again of an earlier release: its first `head` tokens and its last `tail`. */
export interface Overlap {
  readonly head: number;
  readonly tail: number;
}

/** The overlap of two prompts. `head + tail` is at most the length of either. A token at another preset is another token. */
export function overlap(now: readonly BareToken[], before: readonly BareToken[]): Overlap {
  const most = Math.min(now.length, before.length);
  const same = (a: BareToken | undefined, b: BareToken | undefined) => a?.id === b?.id && a?.preset === b?.preset;
  let head = 0;
  while (head < most && same(now[head], before[head])) head++;
  let tail = 0;
  while (tail < most - head && same(now.at(-1 - tail), before.at(-1 - tail))) tail++;
  return { head, tail };
}

/** For every token of `now`: its place in `before` where its levels are used again, else -1. Public tokens have none. */
export function placesInEarlier(now: readonly BareToken[], before: readonly BareToken[]): Int32Array {
  const { head, tail } = overlap(now, before);
  return Int32Array.from(now, ({ preset }, i) => {
    if (preset === null) return -1;
    if (i < head) return i;
    return i >= now.length - tail ? i - now.length + before.length : -1;
  });
}

/** The levels of each token of a release, dim long; none for public tokens. Views, not copies. */
export function levelsByToken(release: Pick<Release, "tokens" | "segments">): (Uint8Array | undefined)[] {
  const rows = release.segments.flatMap(({ tokens, dim, levels }) =>
    Array.from({ length: tokens }, (_, t) => levels.subarray(t * dim, (t + 1) * dim)),
  );
  let next = 0;
  return release.tokens.map(({ preset }) => (preset === null ? undefined : rows[next++]));
}

/** How many private tokens are drawn anew at each preset, in the order in which the presets come. */
export function freshTokens(tokens: readonly PromptToken[]): PresetTokens[] {
  const counts = new Map<string, number>();
  for (const { preset, reused } of tokens) {
    if (preset !== null && !reused) counts.set(preset, (counts.get(preset) ?? 0) + 1);
  }
  return [...counts].map(([preset, count]) => ({ preset, tokens: count }));
}
