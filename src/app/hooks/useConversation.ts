import { useCallback, useEffect, useRef, type Dispatch } from "react";
import type { Client, Release } from "../../sdk/types.ts";
import type { Action, Turn } from "../state.ts";
import { releaseOf } from "../state.ts";
import { releaseAndSend, sendAgain } from "../stream.ts";

export interface Conversation {
  /** Draw a new release of the text and send it. */
  readonly send: (client: Client, text: string, preset: string) => void;
  /** Send the release of that message again; draws one only if there is none, because drawing failed. */
  readonly again: (client: Client, turn: Turn) => void;
  readonly stop: () => void;
}

/** Starts and stops messages; what happens to them goes through `dispatch`. `bits` says what a release costs. */
export function useConversation(
  dispatch: Dispatch<Action>,
  bits: (client: Client, release: Release) => number,
): Conversation {
  const running = useRef<AbortController | null>(null);
  const turns = useRef(0);

  const start = useCallback((job: (signal: AbortSignal) => Promise<void>) => {
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    void job(controller.signal);
  }, []);

  useEffect(() => () => running.current?.abort(), []);

  const send = useCallback(
    (client: Client, text: string, preset: string) => {
      turns.current += 1;
      const turn = { id: turns.current, text, preset };
      dispatch({ type: "send-pressed", turn: turn.id, text, preset });
      start((signal) => releaseAndSend(client, turn, (release) => bits(client, release), signal, dispatch));
    },
    [dispatch, bits, start],
  );

  const again = useCallback(
    (client: Client, turn: Turn) => {
      const release = releaseOf(turn);
      if (release === null) send(client, turn.text, turn.preset);
      else start((signal) => sendAgain(client, turn.id, release, signal, dispatch));
    },
    [dispatch, send, start],
  );

  const stop = useCallback(() => running.current?.abort(), []);
  return { send, again, stop };
}
