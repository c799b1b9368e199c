import { setImmediate as tick } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { idsOf } from "../testing/collect.ts";
import { scriptedEngine } from "../testing/scripted-engine.ts";
import { admitting, createAdmission } from "./admission.ts";
import type { GenerationRequest } from "./engine.ts";

const forever = () => new AbortController().signal;
const sequencesOnly = (maxSequences: number, waiting: number) =>
  createAdmission({ maxSequences, tokenBudget: 1000, waiting });

function request(signal: AbortSignal): GenerationRequest {
  const sampling = { temperature: 0, topP: 1, seed: 1 };
  const writeRows = () => Promise.resolve();
  return { prefix: new Float32Array(16), writeRows, length: 1, maxTokens: 3, sampling, signal };
}

describe("createAdmission", () => {
  it("lets in by order of arrival, within both limits, and everyone in the end", async () => {
    const wants = fc.array(fc.integer({ min: 1, max: 150 }), { minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(wants, fc.integer({ min: 1, max: 5 }), async (tokens, maxSequences) => {
        const admission = createAdmission({ maxSequences, tokenBudget: 100, waiting: 40 });
        const order: number[] = [];
        let held = 0;
        await Promise.all(
          tokens.map(async (wanted, n) => {
            const giveBack = await admission.enter(wanted, forever());
            order.push(n);
            held += Math.min(wanted, 100);
            expect(held).toBeLessThanOrEqual(100);
            expect(admission.admitted).toBeLessThanOrEqual(maxSequences);
            await tick();
            held -= Math.min(wanted, 100);
            giveBack();
            giveBack();
          }),
        );
        expect(order).toEqual(tokens.map((_, n) => n));
        expect([admission.admitted, admission.waiting]).toEqual([0, 0]);
      }),
      { numRuns: 50 },
    );
  });

  it("lets nobody overtake who needs more than there is", async () => {
    const admission = createAdmission({ maxSequences: 10, tokenBudget: 100, waiting: 10 });
    const giveBack = await admission.enter(60, forever());
    const order: string[] = [];
    const large = admission.enter(80, forever()).then((leave) => {
      order.push("large");
      leave();
    });
    const small = admission.enter(1, forever()).then((leave) => {
      order.push("small");
      leave();
    });
    await tick();
    expect(order).toEqual([]);
    giveBack();
    await Promise.all([large, small]);
    expect(order).toEqual(["large", "small"]);
  });

  it("refuses when the line is full", async () => {
    const admission = sequencesOnly(1, 1);
    const first = await admission.enter(1, forever());
    const second = admission.enter(1, forever());
    await expect(admission.enter(1, forever())).rejects.toMatchObject({ code: "server_busy" });
    first();
    (await second)();
    (await admission.enter(1, forever()))();
  });

  it("lets those who have gone leave the line at once, and those behind them in", async () => {
    const admission = createAdmission({ maxSequences: 10, tokenBudget: 100, waiting: 10 });
    const giveBack = await admission.enter(50, forever());
    const gone = new AbortController();
    const large = admission.enter(90, gone.signal);
    const small = admission.enter(50, forever());
    gone.abort(new Error("gone"));
    await expect(large).rejects.toThrow("gone");
    await expect(admission.enter(1, gone.signal)).rejects.toThrow("gone");
    (await small)();
    giveBack();
    expect(admission.admitted).toBe(0);
  });
});

describe("admitting", () => {
  it("reserves prefix, prompt and the reply at its longest", async () => {
    const admission = createAdmission({ maxSequences: 2, tokenBudget: 12, waiting: 1 });
    const engine = admitting(scriptedEngine(), admission, 8);
    const first = engine.generate(request(forever()));
    const second = engine.generate(request(forever()));
    await Promise.all([first.next(), second.next()]);
    expect(admission.admitted).toBe(2);
    const tight = createAdmission({ maxSequences: 2, tokenBudget: 11, waiting: 1 });
    const begun = admitting(scriptedEngine(), tight, 8).generate(request(forever()));
    await begun.next();
    const waits = admitting(scriptedEngine(), tight, 8).generate(request(forever())).next();
    await tick();
    expect([tight.admitted, tight.waiting]).toEqual([1, 1]);
    await begun.return();
    await waits;
  });

  it("gives the place back at the end, on failure, and when the reader leaves", async () => {
    const admission = sequencesOnly(1, 0);
    const read = (engine = scriptedEngine()) => idsOf(admitting(engine, admission, 8), request(forever()));
    expect(await read()).toHaveLength(3);
    await expect(read(scriptedEngine({ failAt: 1, failure: new Error("broken") }))).rejects.toThrow("broken");
    const left = admitting(scriptedEngine(), admission, 8).generate(request(forever()));
    await left.next();
    await left.return();
    expect(await read()).toHaveLength(3);
  });

  it("lets an engine say of itself what it says", async () => {
    const load = () => ({ running: 1, waiting: 2, steps: 3 });
    const told = admitting({ ...scriptedEngine(), load, ready: () => Promise.resolve(false) }, sequencesOnly(1, 0), 8);
    expect(told.load?.()).toEqual(load());
    expect(await told.ready?.()).toBe(false);
    expect(admitting(scriptedEngine(), sequencesOnly(1, 0), 8)).not.toHaveProperty("load");
  });

  it("computes nothing for those who left the line", async () => {
    const admission = sequencesOnly(1, 5);
    const engine = scriptedEngine();
    const giveBack = await admission.enter(1, forever());
    const gone = new AbortController();
    const first = admitting(engine, admission, 8).generate(request(gone.signal)).next();
    gone.abort(new Error("gone"));
    await expect(first).rejects.toThrow("gone");
    giveBack();
    expect(engine.requests).toHaveLength(0);
  });
});
