import { setImmediate as tick } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { idsOf } from "../testing/collect.ts";
import { scriptedEngine } from "../testing/scripted-engine.ts";
import type { GenerationRequest } from "./engine.ts";
import { createTurns, takingTurns } from "./turns.ts";

const forever = () => new AbortController().signal;

function request(signal: AbortSignal, maxTokens = 3): GenerationRequest {
  const prefix = new Float32Array(0);
  return {
    prefix,
    rows: new Float32Array(8),
    length: 1,
    maxTokens,
    sampling: { temperature: 0, topP: 1, seed: 1 },
    signal,
  };
}

describe("createTurns", () => {
  it("gives turns in the order they were asked for", async () => {
    const turns = createTurns(1, 10);
    const order: number[] = [];
    await Promise.all(
      [1, 2, 3, 4].map(async (n) => {
        const giveBack = await turns.take(forever());
        order.push(n);
        await tick();
        giveBack();
      }),
    );
    expect(order).toEqual([1, 2, 3, 4]);
  });

  it("never has more than so many out, and hands back each once", async () => {
    const turns = createTurns(2, 100);
    let out = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 30 }, async () => {
        const giveBack = await turns.take(forever());
        most = Math.max(most, ++out);
        await tick();
        out -= 1;
        giveBack();
        giveBack();
      }),
    );
    expect(most).toBe(2);
  });

  it("refuses when the line is full", async () => {
    const turns = createTurns(1, 1);
    const first = await turns.take(forever());
    const second = turns.take(forever());
    await expect(turns.take(forever())).rejects.toMatchObject({ code: "server_busy" });
    first();
    (await second)();
    (await turns.take(forever()))();
  });

  it("lets those who have gone leave the line at once", async () => {
    const turns = createTurns(1, 1);
    const giveBack = await turns.take(forever());
    const gone = new AbortController();
    const waiting = turns.take(gone.signal);
    gone.abort(new Error("gone"));
    await expect(waiting).rejects.toThrow("gone");
    await expect(turns.take(gone.signal)).rejects.toThrow("gone");
    const next = turns.take(forever());
    giveBack();
    (await next)();
  });
});

describe("takingTurns", () => {
  it("gives the turn back at the end, on failure, and when the reader leaves", async () => {
    const turns = createTurns(1, 0);
    const collect = (engine = scriptedEngine()) => idsOf(takingTurns(engine, turns), request(forever()));
    expect(await collect()).toHaveLength(3);
    await expect(collect(scriptedEngine({ failAt: 1, failure: new Error("broken") }))).rejects.toThrow("broken");
    const left = takingTurns(scriptedEngine(), turns).generate(request(forever()));
    await left.next();
    await left.return();
    expect(await collect()).toHaveLength(3);
  });

  it("computes nothing for those who left the line", async () => {
    const turns = createTurns(1, 5);
    const engine = scriptedEngine();
    const giveBack = await turns.take(forever());
    const gone = new AbortController();
    const generation = takingTurns(engine, turns).generate(request(gone.signal));
    const first = generation.next();
    gone.abort(new Error("gone"));
    await expect(first).rejects.toThrow("gone");
    giveBack();
    expect(engine.requests).toHaveLength(0);
  });
});
