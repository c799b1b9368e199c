/** Conversations for tests, with real frames. */
import { toBase64 } from "../../wire/base64.ts";
import { encodeFrame } from "../../wire/frame.ts";
import type { Conversation, ConversationTurn, StoredRelease } from "../conversation.ts";

export const DIGEST = "ab".repeat(32);

const DIM = 4;

/** A release of these private words, one token each, after one public token. `seed` chooses its levels. */
export function sampleRelease(words: readonly string[], seed = 0): StoredRelease {
  const levels = Uint8Array.from({ length: words.length * DIM }, (_, i) => (7 * i + seed) % 4);
  const frame = encodeFrame({
    bundle: DIGEST,
    segments: [
      { kind: "public", ids: Uint32Array.of(11) },
      { kind: "levels", preset: "balanced", bits: 2, dim: DIM, tokens: words.length, levels, coding: "entropy" },
    ],
  });
  return {
    bundle: DIGEST,
    draws: [{ id: crypto.randomUUID(), charges: [{ preset: "balanced", tokens: words.length }], publicTokens: 1 }],
    frame: toBase64(frame),
    tokens: [
      { id: 11, text: "Story:", preset: null, reused: false },
      ...words.map((text, i) => ({ id: 100 + i, text, preset: "balanced", reused: false })),
    ],
    textBytes: 6 + words.join("").length,
  };
}

/** A turn with a whole reply. */
export function sampleTurn(text: string, change: Partial<ConversationTurn> = {}): ConversationTurn {
  return {
    id: crypto.randomUUID(),
    at: 1000,
    preset: "balanced",
    segments: [
      { kind: "public", text: "Story: " },
      { kind: "private", text },
    ],
    release: sampleRelease([text]),
    sends: 1,
    reply: {
      state: "whole",
      reason: "stop",
      text: "and so it went on",
      at: 2000,
      usage: { promptTokens: 2, completionTokens: 5 },
    },
    ...change,
  };
}

export function sampleConversation(texts: readonly string[] = [], change: Partial<Conversation> = {}): Conversation {
  return {
    version: 1,
    id: crypto.randomUUID(),
    title: "A conversation",
    created: 1000,
    updated: 2000,
    server: "https://one.example",
    bundle: { id: "demo", digest: DIGEST },
    preset: "balanced",
    turns: texts.map((text) => sampleTurn(text)),
    ...change,
  };
}
