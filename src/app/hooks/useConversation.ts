import { useCallback, useEffect, useRef, type Dispatch } from "react";
import type { Client, CompletionOptions, Release } from "../../sdk/types.ts";
import type { Action, Message, Turn } from "../state.ts";
import { releaseOf } from "../state.ts";
import { releaseAndSend, sendAgain } from "../stream.ts";
import { nextTurn } from "../turn-ids.ts";

export interface Conversation {
  /** Draw a release of the message and send it; what it has in common with `earlier` goes again as it was. */
  readonly send: (client: Client, message: Message, earlier: Release | null) => void;
  /** Send the release of that message again; draws one only if there is none, because drawing failed. */
  readonly again: (client: Client, turn: Turn, earlier: Release | null) => void;
  readonly stop: () => void;
}

/** Starts and stops messages; what happens to them goes through `dispatch`. `bits` says what a release costs, `optionsFor` how a reply is
 * asked for. */
export function useConversation(
  dispatch: Dispatch<Action>,
  bits: (client: Client, release: Release) => number,
  optionsFor: (client: Client) => CompletionOptions,
): Conversation {
  const running = useRef<AbortController | null>(null);

  const start = useCallback((job: (signal: AbortSignal) => Promise<void>) => {
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    void job(controller.signal);
  }, []);

  useEffect(() => () => running.current?.abort(), []);

  const send = useCallback(
    (client: Client, { text, marks, preset }: Message, earlier: Release | null) => {
      const message = { text, marks, preset };
      const turn = { id: nextTurn(), ...message };
      dispatch({ type: "send-pressed", turn: turn.id, message });
      start((signal) =>
        releaseAndSend(asking(client, optionsFor), turn, earlier, (release) => bits(client, release), signal, dispatch),
      );
    },
    [dispatch, bits, optionsFor, start],
  );

  const again = useCallback(
    (client: Client, turn: Turn, earlier: Release | null) => {
      const release = releaseOf(turn);
      if (release === null) send(client, turn, earlier);
      else start((signal) => sendAgain(asking(client, optionsFor), turn.id, release, signal, dispatch));
    },
    [dispatch, optionsFor, send, start],
  );

  const stop = useCallback(() => running.current?.abort(), []);
  return { send, again, stop };
}

/** The client, asking for replies as the settings say: how long, how varied, and with whose key. */
function asking(client: Client, optionsFor: (client: Client) => CompletionOptions): Client {
  return { ...client, send: (release, options) => client.send(release, { ...optionsFor(client), ...options }) };
}
