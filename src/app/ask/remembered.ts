/** What was asked where, while the page is open: who comes back to a bundle goes on with the levels it was sent. In memory alone. */
import type { Question } from "./state.ts";

export interface Remembered {
  /** The latest first. */
  readonly at: (server: string, bundle: string) => readonly Question[];
  readonly put: (server: string, bundle: string, questions: readonly Question[]) => void;
}

export function createRemembered(): Remembered {
  const places = new Map<string, readonly Question[]>();
  const key = (server: string, bundle: string) => JSON.stringify([server, bundle]);
  return {
    at: (server, bundle) => places.get(key(server, bundle)) ?? [],
    put(server, bundle, questions) {
      places.set(key(server, bundle), questions.map(atRest));
    },
  };
}

/** Leaving stops what is under way. */
function atRest(question: Question): Question {
  return question.phase.step === "sending" ? { ...question, phase: { step: "stopped" } } : question;
}
