/** The conversations kept on this device, for the app: without a client, and nothing of it goes to a server. */
export { emptyConversation, messageText } from "../core/conversations/conversation.ts";
export { titleOf } from "../core/conversations/title.ts";
export { restoredRelease, storedRelease } from "../engine/stored-release.ts";
export { browserConversations } from "../storage/conversations-idb.ts";
export { memoryConversations } from "../storage/conversations-memory.ts";
export { ConversationConflictError } from "../storage/conversations.ts";
export type {
  Conversation,
  ConversationSegment,
  ConversationTurn,
  StoredRelease,
  StoredReply,
} from "../core/conversations/conversation.ts";
export type { Match, Range } from "../core/conversations/search.ts";
export type { ConversationSummary } from "../core/conversations/summary.ts";
export type * from "../storage/conversations.ts";
