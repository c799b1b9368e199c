/** One question on its way: what the SDK answers, as actions on the state. No React here. */
import type { Classifier, GistRelease } from "../../sdk/gist/types.ts";
import { isRefusedByLedger, toFailure } from "../failure.ts";
import { untilAborted, WITHDRAWN } from "../withdrawn.ts";
import type { AskAction, Question } from "./state.ts";

type Dispatch = (action: AskAction) => void;

/** How it is sent: the classifier, the server's key if it has one, and how to stop. */
export interface Sending {
  readonly classifier: Classifier;
  readonly apiKey: string | undefined;
  readonly signal: AbortSignal;
}

/** Draw a release of the question, then send it. Ends when it is answered, or in whatever way it is not. */
export async function releaseAndAsk(
  sending: Sending,
  { id, text, preset }: Pick<Question, "id" | "text" | "preset">,
  dispatch: Dispatch,
): Promise<void> {
  const { classifier, signal } = sending;
  let release: GistRelease;
  try {
    release = await untilAborted(classifier.release(text, preset), signal);
    dispatch({ type: "released", id, release });
  } catch (error) {
    dispatch({ type: "failed", id, failure: signal.aborted ? WITHDRAWN : toFailure(error) });
    return;
  }
  await send(sending, id, release, dispatch);
}

/** Send the same release once more: the same bytes, no new cost. */
export async function askAgain(
  sending: Sending,
  { id }: Question,
  release: GistRelease,
  dispatch: Dispatch,
): Promise<void> {
  dispatch({ type: "resent", id });
  await send(sending, id, release, dispatch);
}

async function send({ classifier, apiKey, signal }: Sending, id: number, release: GistRelease, dispatch: Dispatch) {
  try {
    const answer = await classifier.send(release, { signal, ...(apiKey !== undefined && { apiKey }) });
    dispatch(signal.aborted ? { type: "stopped", id } : { type: "answered", id, answer });
  } catch (error) {
    const failure = toFailure(error);
    // What the ledger refused has not left, whether or not somebody stopped it meanwhile.
    const stopped = signal.aborted && !isRefusedByLedger(failure);
    dispatch(stopped ? { type: "stopped", id } : { type: "failed", id, failure });
  }
}
