/** What keeps conversations, when it is first wanted. */
import type { KeptConversations } from "./kept.ts";

export const kept = async (): Promise<KeptConversations> => (await import("./kept.ts")).kept;
