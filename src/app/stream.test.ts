import { describe, expect, it } from "vitest";
import type { Client, Release } from "../sdk/types.ts";
import { initialState, reduce, type Action, type State } from "./state.ts";
import { releaseAndSend, sendAgain } from "./stream.ts";
import { fakeClient, type FakeOptions } from "./testing/fake-client.ts";

const message = { text: "A fox and", marks: [], preset: "balanced" };
const turn = { id: 1, ...message };

/** The state after everything a message does, and the releases its client was asked to send. */
function conversation(options: FakeOptions = {}) {
  const inner = fakeClient(options);
  const sent: Release[] = [];
  const client: Client = {
    ...inner,
    send(release, sending) {
      sent.push(release);
      return inner.send(release, sending);
    },
  };
  let state: State = [
    { type: "loaded", client } as const,
    { type: "send-pressed", turn: 1, message } as const,
  ].reduce<State>(reduce, initialState);
  const stop = new AbortController();
  let stopAt = Infinity;
  let pieces = 0;
  const dispatch = (action: Action) => {
    state = reduce(state, action);
    if (action.type === "received" && ++pieces === stopAt) stop.abort();
  };
  return {
    sent,
    stop,
    state: () => state,
    stopAfter: (n: number) => (stopAt = n),
    send: () => releaseAndSend(client, turn, null, () => 11, stop.signal, dispatch),
    again: () => sendAgain(client, 1, sent[0]!, stop.signal, dispatch),
  };
}

describe("sending a message", () => {
  it("ends with the whole reply and the reason it ended", async () => {
    const message = conversation({ reply: " a hen met a cat." });
    await message.send();
    expect(message.state().turn?.phase).toMatchObject({ step: "ended", reply: " a hen met a cat.", reason: "stop" });
  });

  it("keeps what arrived when the person stops it", async () => {
    const message = conversation({ reply: " a hen met a cat." });
    message.stopAfter(2);
    await message.send();
    expect(message.state().turn?.phase).toMatchObject({ step: "ended", reply: " a hen", reason: "stopped" });
  });

  it("sends nothing when it is stopped before its release was drawn", async () => {
    const message = conversation();
    message.stop.abort();
    await message.send();
    expect(message.sent).toEqual([]);
    expect(message.state().turn?.phase).toMatchObject({ step: "failed", release: null, failure: { code: "aborted" } });
    expect(message.state().spent.releases).toBe(0);
  });

  it("names the failure and keeps the part that arrived", async () => {
    const message = conversation({ reply: " a hen met a cat.", failAt: 2 });
    await message.send();
    expect(message.state().turn?.phase).toMatchObject({
      step: "failed",
      reply: " a hen",
      failure: { code: "stream_interrupted" },
    });
  });

  it("takes a stream that just ends for an interrupted one", async () => {
    const client = fakeClient();
    const silent: Client = {
      ...client,
      async *send() {
        yield { text: " a hen", finishReason: null, usage: null };
      },
    };
    const actions: Action[] = [];
    await releaseAndSend(
      silent,
      turn,
      null,
      () => 11,
      new AbortController().signal,
      (action) => actions.push(action),
    );
    expect(actions.at(-1)).toMatchObject({ type: "failed", failure: { code: "stream_interrupted" } });
  });
});

describe("sending it again", () => {
  it("sends the identical release after a failure, and the reply begins anew", async () => {
    const message = conversation({ reply: " a hen met a cat.", failAt: 2 });
    await message.send();
    await message.again();
    expect(message.sent).toHaveLength(2);
    expect(message.sent[1]).toBe(message.sent[0]);
    expect(message.state().turn?.phase).toMatchObject({ step: "ended", reply: " a hen met a cat." });
    expect(message.state().spent).toEqual({ releases: 1, resends: 1, bits: 11 });
  });
});
