/** What keeping conversations takes, all of which may come after the first paint. */
import { browserConversations } from "../../sdk/conversations.ts";
import { createKeeper } from "./keeper.ts";
import { openedTurn } from "./turns.ts";

export const kept = { store: browserConversations(), createKeeper, openedTurn };

export type KeptConversations = typeof kept;
