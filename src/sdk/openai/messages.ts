/** From messages as a caller writes them to stretches that are public or private, each private one with its preset. */
import { SottoError } from "../../core/errors.ts";
import { MAX_MESSAGES, MAX_PARTS } from "../../core/wire/api-requests.ts";
import type { PromptSegment } from "../types.ts";
import { refuseOthers } from "./fields.ts";
import type { ChatCompletionContentPart, ChatCompletionMessageParam } from "./types.ts";

/** A message with every part settled. Empty parts are left out. */
export interface SettledMessage {
  readonly role: "system" | "user" | "assistant";
  readonly parts: readonly SettledPart[];
}

export type SettledPart =
  Extract<PromptSegment, { kind: "public" }> | Required<Extract<PromptSegment, { kind: "private" }>>;

const ROLES = { system: "system", developer: "system", user: "user", assistant: "assistant" } as const;

/**
 * Settle the messages of a request.
 * @param presetOf the preset of a part that names this one, or none; it throws `unknown_preset`
 * @param said whether the server itself said this, in reply to the messages before
 * @throws SottoError `invalid_request`, `unsupported_field`, `unknown_preset`
 */
export function settleMessages(
  messages: readonly ChatCompletionMessageParam[],
  presetOf: (named: string | undefined) => string,
  said: (before: readonly SettledMessage[], text: string) => boolean,
): SettledMessage[] {
  if (!isList(messages) || messages.length < 1 || messages.length > MAX_MESSAGES) {
    throw new SottoError("invalid_request", `messages must be a list of 1 to ${MAX_MESSAGES}.`);
  }
  const settled: SettledMessage[] = [];
  for (const message of messages) {
    refuseOthers(message, ["role", "content"], "a message");
    if (!Object.hasOwn(ROLES, message.role)) {
      throw new SottoError("unsupported_field", "A message is of role system, developer, user or assistant.");
    }
    const role = ROLES[message.role];
    const knownToServer = role === "assistant" && typeof message.content === "string" && said(settled, message.content);
    settled.push({ role, parts: partsOf(message.content, presetOf, knownToServer) });
  }
  if (settled.at(-1)?.role !== "user") {
    throw new SottoError("invalid_request", "The last message must be the user's.");
  }
  return settled;
}

function partsOf(
  content: string | readonly ChatCompletionContentPart[],
  presetOf: (named: string | undefined) => string,
  knownToServer: boolean,
): SettledPart[] {
  if (typeof content === "string") {
    if (content === "") return [];
    return [
      knownToServer
        ? { kind: "public", text: content }
        : { kind: "private", text: content, preset: presetOf(undefined) },
    ];
  }
  if (!isList(content) || content.length > MAX_PARTS) {
    throw new SottoError("invalid_request", `The content of a message is a string or at most ${MAX_PARTS} parts.`);
  }
  return content.flatMap((part): SettledPart[] => {
    if (part.type !== "text" && part.type !== "public_text") {
      throw new SottoError(
        "unsupported_field",
        "A part of a message is of type text, which is private, or public_text.",
      );
    }
    refuseOthers(part, part.type === "text" ? ["type", "text", "preset"] : ["type", "text"], "a part of a message");
    if (typeof part.text !== "string") throw new SottoError("invalid_request", "The text of a part is a string.");
    if (part.text === "") return [];
    if (part.type === "public_text") return [{ kind: "public", text: part.text }];
    return [{ kind: "private", text: part.text, preset: presetOf(part.preset) }];
  });
}

/** Array.isArray would take the type of a list away that nobody may write to. */
function isList(value: unknown): boolean {
  return Array.isArray(value);
}
