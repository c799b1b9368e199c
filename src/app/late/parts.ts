/** Which parts come late. */
import { idle } from "./idle.ts";
import { late } from "./late.tsx";

export const Since = late(async () => (await import("../components/Since.tsx")).Since);
export const LeakPreview = late(async () => (await import("../components/leak/LeakPreview.tsx")).LeakPreview);
export const Receipt = late(async () => (await import("../components/leak/Receipt.tsx")).Receipt);
export const History = late(async () => (await import("../components/history/History.tsx")).History);
export const ConversationsSheet = late(
  async () => (await import("../components/conversations/ConversationsSheet.tsx")).ConversationsSheet,
);
export const SettingsSheet = late(async () => (await import("../components/settings/SettingsSheet.tsx")).SettingsSheet);
export const ServersSheet = late(async () => (await import("../components/servers/ServersPage.tsx")).ServersPage);
export const StoragePage = late(async () => (await import("../components/storage/StoragePage.tsx")).StoragePage);
export const HelpSheet = late(async () => (await import("../components/commands/HelpSheet.tsx")).HelpSheet);
export const Welcome = late(async () => (await import("../components/welcome/Welcome.tsx")).Welcome);

export const Ask = late(async () => (await import("../components/ask/AskPage.tsx")).AskPage);

const ALL = [
  Since,
  LeakPreview,
  Receipt,
  History,
  ConversationsSheet,
  SettingsSheet,
  ServersSheet,
  StoragePage,
  HelpSheet,
  Welcome,
  Ask,
];

/**
 * Fetch them all, before anybody asks: a button should not wait for the network, and may be pressed without one. One after the other, when
 * the page has nothing else to do: each is evaluated as it comes, and all at once would hold up what a person does.
 */
export async function fetchParts(): Promise<void> {
  for (const part of ALL) {
    await idle();
    // Who needs one that did not come asks again, and says so.
    await part.fetch().catch(() => undefined);
  }
}
