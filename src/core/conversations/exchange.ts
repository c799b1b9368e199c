/**
 * Conversations as a file: what leaves one device and is merged into another's. Here the plain one; src/storage/conversation-file.ts
 * puts a passphrase around it.
 */
import { z } from "zod";
import { SottoError } from "../errors.ts";
import { readConversation, type Conversation } from "./conversation.ts";
import { LIMITS } from "./limits.ts";
import { openRelease } from "./release.ts";

export const FILE_FORMAT = "sotto-conversations";
export const FILE_VERSION = 1;

export interface ConversationsExport {
  readonly format: typeof FILE_FORMAT;
  readonly version: typeof FILE_VERSION;
  /** Milliseconds since 1970. */
  readonly exportedAt: number;
  readonly conversations: readonly Conversation[];
}

const versioned = z.looseObject({ format: z.literal(FILE_FORMAT), version: z.int().min(1) });

const shape = z.strictObject({
  format: z.literal(FILE_FORMAT),
  version: z.literal(FILE_VERSION),
  exportedAt: z.number(),
  conversations: z.array(z.unknown()).max(LIMITS.conversationsInFile),
});

export function exportOf(conversations: readonly Conversation[], now: number): ConversationsExport {
  return { format: FILE_FORMAT, version: FILE_VERSION, exportedAt: now, conversations };
}

/**
 * The JSON of a file, of any kind that this version writes.
 * @throws SottoError `conversations_file_too_large`, `conversations_file_invalid`, `conversations_file_too_new`
 */
export function parseFile(text: string): unknown {
  if (text.length > LIMITS.file) throw tooLarge();
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Its message quotes the file.
    throw invalidFile();
  }
  const parsed = versioned.safeParse(value);
  if (!parsed.success) throw invalidFile();
  if (parsed.data.version > FILE_VERSION) {
    const sentence =
      "This file was written by a newer Sotto than this one. Reload the page, or update, and import it then.";
    throw new SottoError("conversations_file_too_new", sentence);
  }
  return value;
}

/**
 * The conversations of an export, releases checked. All of them or none.
 * @throws SottoError `conversations_file_invalid`
 */
export function parseExport(value: unknown): Conversation[] {
  const parsed = shape.safeParse(value);
  if (!parsed.success) throw invalidFile();
  return parsed.data.conversations.map((one) => {
    const conversation = readConversation(one);
    if (conversation === null || JSON.stringify(conversation).length > LIMITS.conversation) throw invalidFile();
    for (const { release } of conversation.turns) if (release !== null) checkRelease(release);
    return conversation;
  });
}

function checkRelease(release: Parameters<typeof openRelease>[0]): void {
  try {
    openRelease(release);
  } catch {
    throw invalidFile();
  }
}

export function invalidFile(): SottoError {
  return new SottoError(
    "conversations_file_invalid",
    "This file is not an export of conversations that can be read here.",
  );
}

export function tooLarge(): SottoError {
  const sentence = "These are more conversations than one file may hold. Export fewer of them at a time.";
  return new SottoError("conversations_file_too_large", sentence);
}
