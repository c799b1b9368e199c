import { describe, expect, it } from "vitest";
import type { CompletionEvent } from "../completion.ts";
import { collect } from "../testing/collect.ts";
import { untilAborted } from "./until-aborted.ts";

function source(length: number) {
  const state = { left: false };
  async function* events(): AsyncGenerator<CompletionEvent, void, undefined> {
    try {
      for (let i = 1; i <= length; i++) {
        yield await Promise.resolve({ text: String(i), finishReason: i === length ? "stop" : null, usage: null });
      }
    } finally {
      state.left = true;
    }
  }
  return { state, events: events() };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe("untilAborted", () => {
  it("passes a whole reply on", async () => {
    const events = await collect(untilAborted(source(3).events, new AbortController().signal));
    expect(events.map((event) => event.text)).toEqual(["1", "2", "3"]);
  });

  it("leaves the source when its reader has fallen asleep", async () => {
    const { state, events } = source(100);
    const controller = new AbortController();
    const reply = untilAborted(events, controller.signal);
    await reply.next();
    controller.abort(new Error("gone"));
    await settle();
    expect(state.left).toBe(true);
    await expect(reply.next()).rejects.toThrow("gone");
  });

  it("leaves the source when nobody has begun to read it", async () => {
    const { events } = source(100);
    const controller = new AbortController();
    const reply = untilAborted(events, controller.signal);
    controller.abort(new Error("gone"));
    await expect(reply.next()).rejects.toThrow("gone");
  });

  it("does not call a reply that was whole cut short", async () => {
    const controller = new AbortController();
    const reply = untilAborted(source(1).events, controller.signal);
    await reply.next();
    controller.abort(new Error("gone"));
    expect(await reply.next()).toEqual({ done: true, value: undefined });
  });
});
