import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { Conversation, ConversationTurn } from "../../sdk/conversations.ts";
import type { Client } from "../../sdk/types.ts";
import type { KeptConversations } from "../conversations/kept.ts";
import type { KeptTurn, Keeper } from "../conversations/keeper.ts";
import { toFailure, type Failure } from "../failure.ts";
import { isBusy, type Action, type State } from "../state.ts";
import { nextTurn } from "../turn-ids.ts";

export interface Keeping {
  /** The conversation the page shows, as the store names it; null while it is not kept. */
  readonly id: string | null;
  /** Why it could not be kept, or another one not be opened; null where nothing failed. */
  readonly failure: Failure | null;
  /** Show another one. Its last message may have been stopped by that; what arrived of it is kept. */
  readonly open: (id: string) => Promise<void>;
  /** What is shown was said to another server or bundle: it can be read, and what is said from now on is said to this one. */
  readonly elsewhere: Pick<Conversation, "server" | "bundle"> | null;
  readonly begin: () => void;
  /** It is deleted; null: all are. */
  readonly forget: (id: string | null) => void;
}

/** Keeps what is said as long as `kept` is not null, and opens what was. */
export function useKeeping(
  kept: KeptConversations | null,
  client: Client | null,
  state: State,
  dispatch: (action: Action) => void,
): Keeping {
  const [failure, setFailure] = useState<Failure | null>(null);
  const [id, setId] = useState<string | null>(null);
  const [elsewhere, setElsewhere] = useState<Keeping["elsewhere"]>(null);
  // Switched off and on again it goes on with the conversation it had, and does not keep that a second time.
  const [keepers] = useState(() => new WeakMap<KeptConversations, Keeper>());
  const keeper = useMemo<Keeper | null>(() => {
    if (kept === null) return null;
    const keeper = keepers.get(kept) ?? kept.createKeeper(kept.store, setFailure);
    keepers.set(kept, keeper);
    return keeper;
  }, [kept, keepers]);
  const { turn, earlier, preset } = state;
  const latest = useRef(state);
  useEffect(() => {
    latest.current = state;
  }, [state]);

  const keep = useCallback(() => {
    const { turn, earlier, preset } = latest.current;
    if (keeper === null || client === null || turn === null || preset === null) return;
    const place = {
      server: new URL(client.server).origin,
      bundle: { id: client.bundle.id, digest: client.digest },
      preset,
    };
    keeper.keep([...earlier].reverse().concat(turn), place);
    void keeper.settled().then(() => setId(keeper.id));
  }, [keeper, client]);

  // A reply that streams is written when it ends, or when the page is left; its release before anything of it is sent back.
  const streaming = turn?.phase.step === "streaming";
  useEffect(() => {
    if (!streaming) keep();
  }, [keep, streaming, turn, earlier, preset]);
  useEffect(() => {
    const hidden = () => {
      if (document.visibilityState === "hidden") keep();
    };
    document.addEventListener("visibilitychange", hidden);
    return () => document.removeEventListener("visibilitychange", hidden);
  }, [keep]);

  const leave = useCallback(() => {
    if (isBusy(latest.current.turn)) keep();
  }, [keep]);

  const open = useCallback(
    async (wanted: string) => {
      if (kept === null || keeper === null || client === null) return;
      leave();
      await keeper.settled();
      const stored = await kept.store.get(wanted).catch((error: unknown) => {
        setFailure(toFailure(error));
        return null;
      });
      if (stored === null) return;
      setFailure(null);
      const { turns, preset, server, bundle } = stored.conversation;
      const here = server === new URL(client.server).origin && bundle.id === client.bundle.id;
      // Levels that one server has are not for another: it would be told them anew, at their full cost.
      const opened = turns.map((as): KeptTurn => ({
        turn: opening(kept, here ? as : { ...as, release: null }, client),
        as,
      }));
      setElsewhere(here ? null : { server, bundle });
      keeper.open(stored, opened);
      setId(wanted);
      const known = client.bundle.presets.some(({ name }) => name === preset);
      dispatch({
        type: "opened",
        turns: opened.map(({ turn }) => turn),
        preset: known ? preset : null,
        elsewhere: !here,
      });
    },
    [kept, keeper, client, leave, dispatch],
  );

  const begin = useCallback(() => {
    leave();
    keeper?.leave();
    setId(null);
    setElsewhere(null);
    dispatch({ type: "opened", turns: [], preset: null });
  }, [keeper, leave, dispatch]);

  const forget = useCallback(
    (gone: string | null) => {
      const current = keeper?.id ?? null;
      if (current !== null && (gone === null || gone === current)) {
        keeper?.forget(current);
        setId(null);
      }
    },
    [keeper],
  );
  return { id, failure, elsewhere, open, begin, forget };
}

/** A turn whose release cannot be read is shown without it: its words and its reply are still the person's. */
function opening({ openedTurn }: KeptConversations, as: ConversationTurn, client: Client) {
  try {
    return openedTurn(as, nextTurn(), client.bundle.model.hidden);
  } catch (error) {
    const turn = openedTurn({ ...as, release: null }, nextTurn(), client.bundle.model.hidden);
    return turn.phase.step === "failed" ? { ...turn, phase: { ...turn.phase, failure: toFailure(error) } } : turn;
  }
}
