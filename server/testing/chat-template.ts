/** A chat template for the tiny bundle: special tokens by id (0), and text around the roles. */
import type { ChatTemplate } from "../../src/core/bundle/manifest.ts";

export const TINY_CHAT: ChatTemplate = {
  before: [0],
  roles: {
    system: { before: ["S:"], after: ["\n"] },
    user: { before: ["U:"], after: ["\n"] },
    assistant: { before: ["A:"], after: ["\n"] },
  },
  reply: ["A:"],
};

/** For `testApp` and `writeTinyBundle`. */
export function withChat(manifest: Record<string, unknown>): void {
  manifest.chat = TINY_CHAT;
}
