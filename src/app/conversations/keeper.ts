/** Keeps the conversation that the page shows, one write after the other. No React here. */
import {
  ConversationConflictError,
  titleOf,
  type Conversation,
  type Conversations,
  type ConversationTurn,
  type StoredConversation,
} from "../../sdk/conversations.ts";
import { toFailure, type Failure } from "../failure.ts";
import { replyOf, type Turn } from "../state.ts";
import { keptTurn, type TurnName } from "./turns.ts";

/** Where the conversation is held, and the preset of its next message. */
export type Place = Pick<Conversation, "server" | "bundle" | "preset">;

/** A turn of the page and what is kept of it. */
export interface KeptTurn {
  readonly turn: Turn;
  readonly as: ConversationTurn;
}

export interface Keeper {
  /** Id of the conversation in the store, null while nothing of it is there. */
  readonly id: string | null;
  /** Keep these turns, oldest first. Where nothing has changed since the last time nothing is written. */
  keep(turns: readonly Turn[], place: Place): void;
  /** Go on with what was read. */
  open(stored: StoredConversation, turns: readonly KeptTurn[]): void;
  /** What follows is another conversation. */
  leave(): void;
  /** It was deleted: what is said from now on is another conversation, which begins with what the page shows. */
  forget(id: string): void;
  /** When all that was given has been written, or has failed. */
  settled(): Promise<void>;
}

/** One conversation, as far as this page knows it. */
interface Session {
  id: string;
  created: number | null;
  title: string | null;
  /** Null: not in the store. */
  revision: number | null;
  /** What stands in the store. */
  written: readonly ConversationTurn[];
  readonly names: Map<number, TurnName>;
  readonly kept: Map<number, KeptTurn>;
}

function newSession(): Session {
  return {
    id: crypto.randomUUID(),
    created: null,
    title: null,
    revision: null,
    written: [],
    names: new Map(),
    kept: new Map(),
  };
}

/** @param onFailure told null once a write has succeeded again */
export function createKeeper(store: Conversations, onFailure: (failure: Failure | null) => void): Keeper {
  let session = newSession();
  let given: readonly ConversationTurn[] = [];
  let writing: Promise<void> = Promise.resolve();

  return {
    get id() {
      return session.revision === null ? null : session.id;
    },
    keep(turns, place) {
      const mine = session;
      // Nothing is there of a message that is still being drawn.
      const all = turns.filter((turn) => turn.phase.step !== "releasing").map((turn) => asKept(mine, turn));
      if (all.length === 0 || (all.length === given.length && all.every((turn, i) => turn === given[i]))) return;
      given = all;
      writing = writing.then(async () => {
        try {
          await writeBeside(store, mine, all, place);
          onFailure(null);
        } catch (error) {
          onFailure(toFailure(error));
        }
      });
    },
    open({ conversation, revision }, turns) {
      const { id, created, title } = conversation;
      session = {
        id,
        created,
        title,
        revision,
        written: conversation.turns,
        names: new Map(turns.map(({ turn, as }) => [turn.id, { id: as.id, at: as.at }])),
        // It is written back as it was read.
        kept: new Map(turns.map((both) => [both.turn.id, both])),
      };
      given = conversation.turns;
    },
    leave() {
      session = newSession();
      given = [];
    },
    forget(id) {
      if (session.id === id) apart(session);
    },
    settled: () => writing,
  };
}

/** Write, and where another tab has written or deleted it meanwhile, go on beside it: nothing of either is lost. */
async function writeBeside(
  store: Conversations,
  session: Session,
  turns: readonly ConversationTurn[],
  place: Place,
): Promise<void> {
  await catchUp(store, session);
  try {
    await write(store, session, turns, place);
  } catch (error) {
    if (!(error instanceof ConversationConflictError)) throw error;
    apart(session);
    await write(store, session, turns, place);
  }
}

async function write(
  store: Conversations,
  session: Session,
  turns: readonly ConversationTurn[],
  place: Place,
): Promise<void> {
  const { id } = session;
  session.created ??= turns[0]!.at;
  session.title ??= titleOf(turns[0]!.segments.map(({ text }) => text).join(""));
  const { created, title } = session;
  const conversation: Conversation = { version: 1, id, created, updated: Date.now(), title, ...place, turns };
  const revision = await store.put(conversation, session.revision);
  // Deleted while it was written: then it is another one by now.
  if (session.id === id) Object.assign(session, { revision, written: turns });
}

/** A new title is no conflict. */
async function catchUp(store: Conversations, session: Session): Promise<void> {
  if (session.revision === null) return;
  const stored = await store.get(session.id);
  if (stored === null || stored.revision === session.revision) return;
  const { conversation, revision } = stored;
  if (JSON.stringify(conversation.turns) === JSON.stringify(session.written)) {
    Object.assign(session, { revision, title: conversation.title });
  }
}

/** Under a name of its own from now on. */
function apart(session: Session): void {
  Object.assign(session, { id: crypto.randomUUID(), revision: null, written: [] });
}

function asKept({ names, kept }: Session, turn: Turn): ConversationTurn {
  const before = kept.get(turn.id);
  if (before !== undefined && isSame(before.turn, turn)) return before.as;
  const now = Date.now();
  const name = names.get(turn.id) ?? { id: crypto.randomUUID(), at: now };
  const as = keptTurn(turn, name, now);
  names.set(turn.id, name);
  kept.set(turn.id, { turn, as });
  return as;
}

/** Nothing of it that is kept has changed. */
function isSame(a: Turn, b: Turn): boolean {
  return a === b || (a.sends === b.sends && a.phase.step === b.phase.step && replyOf(a) === replyOf(b));
}
