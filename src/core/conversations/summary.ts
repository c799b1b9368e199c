/** What a list shows of a conversation, kept beside it so that a list reads no turns. */
import { z } from "zod";
import type { Conversation } from "./conversation.ts";
import { LIMITS } from "./limits.ts";

const summary = z.object({
  id: z.uuid(),
  title: z.string().min(1).max(LIMITS.title),
  created: z.int().min(0),
  updated: z.int().min(0),
  server: z.string().min(1).max(2048),
  bundleId: z.string().min(1).max(64),
  preset: z.string().min(1).max(32),
  turns: z.int().min(0),
  /** Length of its JSON: about the bytes it takes. */
  size: z.int().min(0),
});

export type ConversationSummary = Readonly<z.output<typeof summary>>;

/** @param size as `checkedConversation` says it */
export function summaryOf(
  { id, title, created, updated, server, bundle, preset, turns }: Conversation,
  size: number,
): ConversationSummary {
  return { id, title, created, updated, server, bundleId: bundle.id, preset, turns: turns.length, size };
}

/** The summary in this value, or null. */
export function readSummary(value: unknown): ConversationSummary | null {
  const parsed = summary.safeParse(value);
  return parsed.success ? parsed.data : null;
}
