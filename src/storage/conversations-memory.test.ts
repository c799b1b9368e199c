import { describe } from "vitest";
import { memoryConversations, memoryPlace } from "./conversations-memory.ts";
import { describeConversations } from "./conversations.contract.ts";

describe("conversations in memory", () => {
  describeConversations(() => {
    const place = memoryPlace();
    return {
      open: () => memoryConversations(place),
      async damage(part, id, value) {
        place[part === "record" ? "records" : "summaries"].set(id, value);
      },
    };
  });
});
