/** A release that outlives its page: what is kept of it, and the release again, byte by byte. */
import type { StoredRelease } from "../core/conversations/conversation.ts";
import { openRelease } from "../core/conversations/release.ts";
import { toBase64 } from "../core/wire/base64.ts";
import type { Release } from "./types.ts";

/** What is kept. The levels are in the frame. */
export function storedRelease({ bundle, draws, frame, tokens, sizes }: Release): StoredRelease {
  return { bundle, draws, frame: toBase64(frame), tokens, textBytes: sizes.text };
}

/**
 * The release that was kept: sending it sends the same bytes and, because its draws are known to the ledger, costs nothing; a message
 * that goes on from it uses its levels again.
 * @param hidden width of the model's embeddings, by which sizes are compared
 * @throws SottoError `conversation_corrupt` where its parts disagree
 */
export function restoredRelease(stored: StoredRelease, hidden: number): Release {
  const { frame, segments } = openRelease(stored);
  const { bundle, draws, tokens, textBytes } = stored;
  return {
    kind: "release",
    bundle,
    draws,
    frame,
    tokens,
    segments: segments.map(({ preset, bits, dim, tokens: count, levels }) => ({
      preset,
      bits,
      dim,
      tokens: count,
      levels,
    })),
    sizes: { frame: frame.length, text: textBytes, embeddings: tokens.length * hidden * 2 },
  };
}
