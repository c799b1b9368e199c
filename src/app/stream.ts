/** One message on its way: what the SDK yields, as actions on the state. No React here. */
import type { Client, Release } from "../sdk/types.ts";
import { INTERRUPTED, toFailure } from "./failure.ts";
import { promptOf } from "./marks.ts";
import type { Action, Message } from "./state.ts";
import { untilAborted, WITHDRAWN } from "./withdrawn.ts";

type Dispatch = (action: Action) => void;

/**
 * Draw a release of the message, then send it. Ends when the reply has ended, in whatever way.
 * @param earlier the release that the message goes on from: what they have in common is not drawn again
 * @param bits what a release costs, in bits
 */
export async function releaseAndSend(
  client: Client,
  turn: Message & { readonly id: number },
  earlier: Release | null,
  bits: (release: Release) => number,
  signal: AbortSignal,
  dispatch: Dispatch,
): Promise<void> {
  let release: Release;
  try {
    release = await untilAborted(client.release(promptOf(turn), turn.preset, earlier ?? undefined), signal);
    dispatch({ type: "released", turn: turn.id, release, bits: bits(release) });
  } catch (error) {
    dispatch({ type: "failed", turn: turn.id, failure: signal.aborted ? WITHDRAWN : toFailure(error) });
    return;
  }
  await receive(client, turn.id, release, signal, dispatch);
}

/** Send the same release once more: the same bytes, no new cost. */
export async function sendAgain(
  client: Client,
  turn: number,
  release: Release,
  signal: AbortSignal,
  dispatch: Dispatch,
): Promise<void> {
  dispatch({ type: "resent", turn });
  await receive(client, turn, release, signal, dispatch);
}

async function receive(
  client: Client,
  turn: number,
  release: Release,
  signal: AbortSignal,
  dispatch: Dispatch,
): Promise<void> {
  const stopped: Action = { type: "ended", turn, reason: "stopped" };
  let ended = false;
  try {
    for await (const chunk of client.send(release, { signal })) {
      if (chunk.text !== "") dispatch({ type: "received", turn, text: chunk.text });
      if (chunk.finishReason !== null) {
        dispatch({ type: "ended", turn, reason: chunk.finishReason });
        // What follows has no text; read to its end, so that the connection is closed in order.
        ended = true;
      }
    }
    if (!ended) dispatch(signal.aborted ? stopped : { type: "failed", turn, failure: INTERRUPTED });
  } catch (error) {
    if (!ended) dispatch(signal.aborted ? stopped : { type: "failed", turn, failure: toFailure(error) });
  }
}
