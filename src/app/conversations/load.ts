import { idle } from "../late/idle.ts";
import { painted } from "../late/painted.ts";
import type { KeptConversations } from "./kept.ts";

/** Import what keeps conversations, once the page has nothing more urgent to do: there is nothing to keep before a first reply. */
export async function kept(): Promise<KeptConversations> {
  await painted();
  await idle();
  return (await import("./kept.ts")).kept;
}
