/** Conversations for the app's tests. */
export { readConversation } from "../../core/conversations/conversation.ts";
export { sampleTurn } from "../../core/conversations/testing/samples.ts";
