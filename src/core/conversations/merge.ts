/** Two states of one conversation. Nothing of either is lost: what the newer does not contain is kept beside it. */
import { sha256Hex } from "../bundle/integrity.ts";
import type { Conversation, ConversationTurn } from "./conversation.ts";

export interface Merged {
  /** What stands under the id now. */
  readonly kept: Conversation;
  /** The other, under an id of its own; null where `kept` says all that it does. */
  readonly copy: Conversation | null;
}

/** The newer of two conversations of one id keeps it; of two of the same time, `mine`. */
export async function merged(mine: Conversation, theirs: Conversation): Promise<Merged> {
  const [kept, other] = theirs.updated > mine.updated ? [theirs, mine] : [mine, theirs];
  if (says(kept, other)) return { kept, copy: null };
  return { kept, copy: await copyOf(other) };
}

/** Whether every turn of `other` is in `conversation`, word for word and with its release. Titles and presets are not compared. */
export function says(conversation: Conversation, other: Conversation): boolean {
  const turns = new Map(conversation.turns.map((turn) => [turn.id, turn]));
  return other.turns.every((turn) => {
    const here = turns.get(turn.id);
    return here !== undefined && saysTurn(here, turn);
  });
}

/**
 * The conversation under the id of a copy. The same words always have the same, so whoever imports a file twice has one copy.
 */
export async function copyOf(conversation: Conversation): Promise<Conversation> {
  const bytes = new TextEncoder().encode(canonical(conversation));
  const hex = await sha256Hex(bytes);
  // A UUID of version 8: its bits are whatever its maker says.
  const variant = "89ab"[Number.parseInt(hex[16]!, 16) % 4]!;
  const id = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    variant + hex.slice(17, 20),
    hex.slice(20, 32),
  ];
  return { ...conversation, id: id.join("-") };
}

/** A reply or a release that has not come yet is no contradiction to one that has. */
function saysTurn(turn: ConversationTurn, other: ConversationTurn): boolean {
  const same = (a: unknown, b: unknown) => b === null || canonical(a) === canonical(b);
  return (
    turn.preset === other.preset &&
    same(turn.segments, other.segments) &&
    same(turn.release, other.release) &&
    same(turn.reply, other.reply)
  );
}

/** JSON in which the order of the keys says nothing. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
