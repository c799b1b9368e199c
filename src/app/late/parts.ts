/** Which parts come late. */
import { late } from "./late.tsx";

export const Since = late(async () => (await import("../components/Since.tsx")).Since);
export const LeakPreview = late(async () => (await import("../components/leak/LeakPreview.tsx")).LeakPreview);
export const Receipt = late(async () => (await import("../components/leak/Receipt.tsx")).Receipt);
export const History = late(async () => (await import("../components/history/History.tsx")).History);
export const ConversationsSheet = late(
  async () => (await import("../components/conversations/ConversationsSheet.tsx")).ConversationsSheet,
);

/** Fetch them all, before anybody asks: a button should not wait for the network, and may be pressed without one. */
export async function fetchParts(): Promise<void> {
  // Who needs one that did not come asks again, and says so.
  await Promise.allSettled([Since, LeakPreview, Receipt, History, ConversationsSheet].map((part) => part.fetch()));
}
