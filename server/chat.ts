/** Messages to one prompt: the bundle's chat template around public text and private frames. Knows nothing of HTTP. */
import type { ChatTemplate, TemplatePiece } from "../src/core/bundle/manifest.ts";
import { SottoError } from "../src/core/errors.ts";
import { decodeFrame, type Segment } from "../src/core/wire/frame.ts";
import type { Bundle } from "./bundles.ts";
import type { Limits } from "./limits.ts";
import type { PromptFrame } from "./rows.ts";

export interface Message {
  readonly role: "system" | "user" | "assistant";
  readonly parts: readonly MessagePart[];
}

export type MessagePart =
  | { readonly kind: "text"; readonly text: string }
  /** A frame as it came. One of an earlier turn is the same bytes again. */
  | { readonly kind: "frame"; readonly bytes: Uint8Array };

type Source = Pick<Bundle, "sha256" | "manifest" | "tokenizer">;

/** More characters of public text for each token of the context than this are refused unread: tokenising takes time too. */
const MOST_CHARACTERS_A_TOKEN = 16;

/**
 * The messages as one frame, which is not bound to the limit of 255 segments. Each text and each piece of the template is
 * tokenised by itself; a private frame's segments stand where it stood.
 *
 * Without a chat template the model goes on with a text and knows no turns: messages of user and assistant in turn are laid
 * end to end with nothing between, and a system message has no place.
 * @throws SottoError those of the frame codec, `bundle_mismatch`, `chat_template_missing`, `context_length_exceeded`,
 *   `invalid_request` when the last message is not the user's, `empty_prompt`
 */
export function layChat(
  bundle: Source,
  messages: readonly Message[],
  limits: Pick<Limits, "bodyBytes" | "frameTokens">,
): PromptFrame {
  const { chat } = bundle.manifest;
  checkOrder(chat, messages);
  checkText(bundle, messages);

  const segments: Segment[] = [];
  let tokens = 0;
  const add = (segment: Segment) => {
    segments.push(segment);
    tokens += segment.kind === "public" ? segment.ids.length : segment.tokens;
  };
  const addIds = (ids: readonly number[]) => {
    if (ids.length > 0) add({ kind: "public", ids: Uint32Array.from(ids) });
  };
  const addPieces = (pieces: readonly TemplatePiece[] = []) => {
    for (const piece of pieces) addIds(typeof piece === "number" ? [piece] : bundle.tokenizer.encode(piece));
  };

  addPieces(chat?.before);
  for (const { role, parts } of messages) {
    const around = chat?.roles[role];
    addPieces(around?.before);
    for (const part of parts) {
      if (part.kind === "text") {
        addIds(bundle.tokenizer.encode(part.text));
        continue;
      }
      // What one frame may have, all of them together may have.
      const maxTokens = Math.max(0, limits.frameTokens - tokens);
      const frame = decodeFrame(part.bytes, { maxBytes: limits.bodyBytes, maxTokens });
      if (frame.bundle !== bundle.sha256) {
        throw new SottoError(
          "bundle_mismatch",
          "A frame was made with another version of this bundle. Load the bundle again and release anew.",
        );
      }
      frame.segments.forEach(add);
    }
    addPieces(around?.after);
  }
  addPieces(chat?.reply);
  if (tokens === 0) throw new SottoError("empty_prompt", "The messages hold no token.");
  return { bundle: bundle.sha256, segments, templated: chat !== undefined };
}

function checkOrder(chat: ChatTemplate | undefined, messages: readonly Message[]): void {
  if (messages.at(-1)?.role !== "user") {
    throw new SottoError("invalid_request", "The last message must be the user's.");
  }
  if (chat === undefined) {
    if (messages.every(({ role }, i) => role === ((messages.length - i) % 2 === 1 ? "user" : "assistant"))) return;
    throw new SottoError(
      "chat_template_missing",
      "This bundle has no chat template. It takes messages of user and assistant in turn, which are laid end to end.",
    );
  }
  if (chat.roles.system === undefined && messages.some(({ role }) => role === "system")) {
    throw new SottoError("chat_template_missing", "This bundle's chat template has no place for a system message.");
  }
}

function checkText({ manifest }: Source, messages: readonly Message[]): void {
  const { contextLength } = manifest.model;
  let characters = 0;
  for (const { parts } of messages) {
    for (const part of parts) if (part.kind === "text") characters += part.text.length;
  }
  if (characters > MOST_CHARACTERS_A_TOKEN * contextLength) {
    throw new SottoError(
      "context_length_exceeded",
      `This model holds ${contextLength} tokens; the text of the messages has ${characters} characters. Shorten it.`,
    );
  }
}
