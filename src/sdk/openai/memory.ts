/**
 * What a client has sent in chats, so that it goes again as the same bytes: fresh noise for the same words would be averaged away, and
 * would cost again. A message is known by itself and all before it, so that no two places of two chats are compared: that would tell
 * the server that their words are the same.
 */
import type { Draw } from "../types.ts";
import type { SettledMessage } from "./messages.ts";

/** How one message was sent. */
export interface SentMessage {
  /** Of each of its private parts, in base64. */
  readonly frames: readonly string[];
  /** The draws they come from. */
  readonly draws: readonly Draw[];
}

export interface ChatMemory {
  /** How the first messages were sent, as far as they were. */
  sent(messages: readonly SettledMessage[]): SentMessage[];
  keep(messages: readonly SettledMessage[], sent: readonly SentMessage[]): void;
  /** Whether this text came from the server in reply to these messages. */
  said(messages: readonly SettledMessage[], text: string): boolean;
  /** Note a reply to these messages; the function that is returned takes its pieces. */
  hear(messages: readonly SettledMessage[]): (piece: string) => void;
}

/** Messages, and replies, that are kept; the longest unused go first. */
const KEPT = 4096;

export function chatMemory(kept = KEPT): ChatMemory {
  const messagesSent = new Map<string, SentMessage>();
  const replies = new Map<string, string[]>();
  const keyOf = (messages: readonly SettledMessage[]) => JSON.stringify(messages);
  const upTo = (messages: readonly SettledMessage[], i: number) => keyOf(messages.slice(0, i + 1));

  return {
    sent(messages) {
      const found: SentMessage[] = [];
      for (const i of messages.keys()) {
        const known = messagesSent.get(upTo(messages, i));
        if (known === undefined) break;
        found.push(known);
      }
      return found;
    },
    keep(messages, sent) {
      // The first last: what comes after it is of no use without it.
      for (let i = sent.length - 1; i >= 0; i--) {
        const how = sent[i];
        if (how !== undefined) put(messagesSent, upTo(messages, i), how, kept);
      }
    },
    said: (messages, text) => replies.get(keyOf(messages))?.some((reply) => reply.includes(text)) ?? false,
    hear(messages) {
      const key = keyOf(messages);
      const known = replies.get(key) ?? [];
      const at = known.push("") - 1;
      put(replies, key, known, kept);
      return (piece) => {
        known[at] += piece;
      };
    },
  };
}

function put<T>(map: Map<string, T>, key: string, value: T, most: number): void {
  map.delete(key);
  map.set(key, value);
  for (const oldest of map.keys()) {
    if (map.size <= most) return;
    map.delete(oldest);
  }
}
