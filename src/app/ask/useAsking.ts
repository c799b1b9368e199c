import { useCallback, useEffect, useRef, type Dispatch } from "react";
import type { Classifier } from "../../sdk/gist/types.ts";
import { apiKeyOf, useHeld } from "../settings/store.ts";
import { nextTurn } from "../turn-ids.ts";
import { askAgain, releaseAndAsk, type Sending } from "./asking.ts";
import type { AskAction, Question } from "./state.ts";

export interface Asking {
  /** Draw a release of the text and send it. */
  readonly ask: (classifier: Classifier, text: string, preset: string) => void;
  /** Send the release of that question again; draws one only if there is none, because drawing failed or it was refused. */
  readonly again: (classifier: Classifier, question: Question) => void;
  readonly stop: () => void;
}

/** Starts and stops questions; what happens to them goes through `dispatch`. Leaving the page stops the one under way. */
export function useAsking(dispatch: Dispatch<AskAction>): Asking {
  const held = useHeld();
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);

  const sending = useCallback(
    (classifier: Classifier): Sending => {
      running.current?.abort();
      running.current = new AbortController();
      return { classifier, apiKey: apiKeyOf(classifier.server, held), signal: running.current.signal };
    },
    [held],
  );
  const ask = useCallback(
    (classifier: Classifier, text: string, preset: string) => {
      const question = { id: nextTurn(), text, preset };
      dispatch({ type: "asked", ...question });
      void releaseAndAsk(sending(classifier), question, dispatch);
    },
    [dispatch, sending],
  );
  const again = useCallback(
    (classifier: Classifier, question: Question) => {
      if (question.release === null) ask(classifier, question.text, question.preset);
      else void askAgain(sending(classifier), question, question.release, dispatch);
    },
    [dispatch, sending, ask],
  );
  const stop = useCallback(() => running.current?.abort(), []);
  return { ask, again, stop };
}
