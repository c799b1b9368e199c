/** A release as it is kept. Sending it again sends these bytes: fresh noise for the same words would be averaged away. */
import { SottoError } from "../errors.ts";
import { fromBase64 } from "../wire/base64.ts";
import { decodeFrame, type LevelsSegment, type Segment } from "../wire/frame.ts";
import type { StoredRelease } from "./conversation.ts";

/** The bytes of a kept release, and what is in them. */
export interface OpenedRelease {
  readonly frame: Uint8Array<ArrayBuffer>;
  readonly segments: readonly LevelsSegment[];
}

/**
 * The bytes and levels of a kept release. Its parts must agree: the frame is of that bundle, has a row or an id for every token in
 * its order, at the preset that the token has, and no activations, which carry no noise.
 * @throws SottoError `conversation_corrupt`
 */
export function openRelease({ bundle, frame: base64, tokens }: StoredRelease): OpenedRelease {
  try {
    const frame = fromBase64(base64);
    const decoded = decodeFrame(frame);
    if (decoded.bundle !== bundle) throw disagreeing();
    let at = 0;
    for (const segment of decoded.segments) {
      const length = segment.kind === "public" ? segment.ids.length : segment.tokens;
      for (let i = 0; i < length; i++) if (!standsFor(segment, i, tokens[at++])) throw disagreeing();
    }
    if (at !== tokens.length) throw disagreeing();
    return { frame, segments: decoded.segments.filter((segment) => segment.kind === "levels") };
  } catch {
    // A codec's error says nothing of the text, but has a code that means something else to whoever asked for a conversation.
    throw disagreeing();
  }
}

function standsFor(segment: Segment, i: number, token: StoredRelease["tokens"][number] | undefined): boolean {
  if (token === undefined || segment.kind === "activations") return false;
  return segment.kind === "public"
    ? token.preset === null && segment.ids[i] === token.id
    : token.preset === segment.preset;
}

function disagreeing(): SottoError {
  return new SottoError(
    "conversation_corrupt",
    "What was kept of this message cannot be sent again: its parts disagree.",
  );
}
