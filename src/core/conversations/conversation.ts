/**
 * A conversation as it is kept: plain JSON, the same in the store and in a file. It holds the person's words, so it stays on the
 * device unless they export it.
 */
import { z } from "zod";
import { SottoError } from "../errors.ts";
import { isBase64 } from "../wire/base64.ts";
import { listOf } from "./bounded.ts";
import { LIMITS } from "./limits.ts";

/** Of a conversation by itself; a file has a version of its own (exchange.ts). */
export const CONVERSATION_VERSION = 1;

const id = z.uuid();
/** Milliseconds since 1970, by this device's clock. */
const time = z.int().min(0).max(8.64e15);
const count = z.int().min(0);
const digest = z.string().regex(/^[0-9a-f]{64}$/);
const preset = z.string().regex(/^[a-z0-9-]{1,32}$/);
const text = z.string().max(LIMITS.text);

/** A stretch of a message. A private one without a preset of its own has that of its turn. */
const segment = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("public"), text }),
  z.strictObject({ kind: z.literal("private"), text, preset: preset.exactOptional() }),
]);

const draw = z.strictObject({
  /** Names the draw in the ledger, which charges it once. */
  id,
  charges: listOf(z.strictObject({ preset, tokens: z.int().positive() }), LIMITS.charges),
  publicTokens: count,
});

const token = z.strictObject({
  id: z.int().min(0).max(0xffff_ffff),
  text: z.string().max(4096),
  preset: preset.nullable(),
  reused: z.boolean(),
});

const storedRelease = z.strictObject({
  /** sha256 of the manifest it was drawn for. */
  bundle: digest,
  draws: listOf(draw, LIMITS.draws),
  /** Base64 of the bytes that were sent. The levels are in them. */
  frame: z.string().min(4).max(LIMITS.frame).refine(isBase64),
  /** What its rows stand for, so that the next message can use them again. */
  tokens: listOf(token, LIMITS.tokens, 1),
  /** UTF-8 bytes of the text. The tokens' own texts do not say: a character may be cut in two by them. */
  textBytes: count,
});

const ended = { text, at: time, usage: z.strictObject({ promptTokens: count, completionTokens: count }).nullable() };

const reply = z.discriminatedUnion("state", [
  /** It ended by itself, or at the length it was given. */
  z.strictObject({ ...ended, state: z.literal("whole"), reason: z.enum(["stop", "length"]) }),
  /** The person stopped it. */
  z.strictObject({ ...ended, state: z.literal("stopped") }),
  /** `code` is that of the error; its sentence is not kept. */
  z.strictObject({ ...ended, state: z.literal("failed"), code: z.string().regex(/^[a-z0-9_]{1,64}$/) }),
]);

const turn = z.strictObject({
  id,
  /** When it was sent, or was to be. */
  at: time,
  /** Of the private segments that name none. */
  preset,
  segments: listOf(segment, LIMITS.segments),
  /** Null where nothing was drawn, because drawing failed or the ledger refused it. */
  release: storedRelease.nullable(),
  /** How often the release was sent. Only the first time costs. */
  sends: count,
  /** Null while none has ended: the page was closed before, or it is still coming. */
  reply: reply.nullable(),
});

const conversation = z.strictObject({
  version: z.literal(CONVERSATION_VERSION),
  id,
  /** Made of the person's own words (title.ts), or chosen: as private as they are. */
  title: z.string().min(1).max(LIMITS.title),
  created: time,
  updated: time,
  /** Origin of the server it is with. */
  server: z.string().min(1).max(2048),
  bundle: z.strictObject({ id: z.string().min(1).max(64), digest }),
  /** Of the next message. */
  preset,
  turns: listOf(turn, LIMITS.turns),
});

/** What is inferred from the schemas, unchangeable. */
type Frozen<T> = T extends readonly (infer Element)[]
  ? readonly Frozen<Element>[]
  : T extends object
    ? { readonly [Key in keyof T]: Frozen<T[Key]> }
    : T;

export type ConversationSegment = Frozen<z.output<typeof segment>>;
export type StoredRelease = Frozen<z.output<typeof storedRelease>>;
export type StoredReply = Frozen<z.output<typeof reply>>;
export type ConversationTurn = Frozen<z.output<typeof turn>>;
export type Conversation = Frozen<z.output<typeof conversation>>;

/**
 * The conversation in this value, or null where it is none that this version reads. What is unknown is not dropped but refused:
 * it would be lost the next time the conversation is written.
 */
export function readConversation(value: unknown): Conversation | null {
  const parsed = conversation.safeParse(value);
  return parsed.success ? parsed.data : null;
}

/**
 * The same, for what is about to be kept.
 * @returns the conversation and the length of its JSON in UTF-16 code units, which is about its size in bytes
 * @throws SottoError `conversation_invalid`: it could not be read back, or is too large
 */
export function checkedConversation(value: Conversation): { conversation: Conversation; size: number } {
  const read = readConversation(value);
  const size = read === null ? 0 : JSON.stringify(read).length;
  if (read === null || size > LIMITS.conversation) {
    const sentence = "This conversation cannot be kept: it is too long, or a part of it is not what it should be.";
    throw new SottoError("conversation_invalid", sentence);
  }
  return { conversation: read, size };
}

/** The whole text of a message. */
export function messageText({ segments }: Pick<ConversationTurn, "segments">): string {
  return segments.map((part) => part.text).join("");
}

/** A conversation before its first turn. `now` in ms since 1970. */
export function emptyConversation(
  about: Pick<Conversation, "server" | "bundle" | "preset" | "title">,
  now: number,
): Conversation {
  return { version: CONVERSATION_VERSION, id: crypto.randomUUID(), created: now, updated: now, ...about, turns: [] };
}
