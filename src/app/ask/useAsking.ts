import { useCallback, useEffect, useState, type Dispatch } from "react";
import type { Classifier } from "../../sdk/gist/types.ts";
import { apiKeyOf, useHeld } from "../settings/store.ts";
import { nextTurn } from "../turn-ids.ts";
import { askAgain, releaseAndAsk, type Sending } from "./asking.ts";
import { createOneAtATime } from "./one-at-a-time.ts";
import type { AskAction, Question } from "./state.ts";

export interface Asking {
  /** Draw a release of the text and send it. Like `again`, does nothing while another question is on its way. */
  readonly ask: (classifier: Classifier, text: string, preset: string) => void;
  /** Send the release of that question again; draws one only if there is none, because drawing failed or it was refused. */
  readonly again: (classifier: Classifier, question: Question) => void;
  readonly stop: () => void;
}

/** Starts and stops questions; what happens to them goes through `dispatch`. Leaving the page stops the one under way. */
export function useAsking(dispatch: Dispatch<AskAction>): Asking {
  const held = useHeld();
  const [line] = useState(createOneAtATime);
  useEffect(() => line.stop, [line]);

  const start = useCallback(
    (classifier: Classifier, job: (sending: Sending) => Promise<void>) =>
      line.start((signal) => job({ classifier, apiKey: apiKeyOf(classifier.server, held), signal })),
    [line, held],
  );
  const ask = useCallback(
    (classifier: Classifier, text: string, preset: string) =>
      start(classifier, (sending) => {
        const question = { id: nextTurn(), text, preset };
        dispatch({ type: "asked", ...question });
        return releaseAndAsk(sending, question, dispatch);
      }),
    [dispatch, start],
  );
  const again = useCallback(
    (classifier: Classifier, question: Question) => {
      const { release } = question;
      if (release === null) ask(classifier, question.text, question.preset);
      else start(classifier, (sending) => askAgain(sending, question, release, dispatch));
    },
    [dispatch, start, ask],
  );
  return { ask, again, stop: line.stop };
}
