import { describe, expect, it } from "vitest";
import type { LeakReading } from "../../sdk/types.ts";
import { fakeClient } from "../testing/fake-client.ts";
import { runLeak } from "./run.ts";
import { arrived, closedLeak, reduceLeak, type LeakAction, type LeakState } from "./state.ts";

const of = { text: "A small fox", marks: [], preset: "strict" };
const later = { ...of, text: "Another" };
const failure = { code: "engine_failed", message: "No." };
const client = fakeClient();
const readings: LeakReading[] = [];
for await (const reading of client.preview(of.text, "strict", { draws: 2 })) readings.push(reading);
const [nearest, bayes] = readings;

const after = (...actions: readonly LeakAction[]) => actions.reduce<LeakState>(reduceLeak, closedLeak);
const started = (run: number): LeakAction => ({ type: "started", run });
const read = (run: number, reading = nearest!, message = of): LeakAction => ({
  type: "read",
  run,
  of: message,
  reading,
});

describe("the state of a preview", () => {
  it("shows the reading that came last", () => {
    const state = after(started(1), read(1), read(1, bayes), { type: "ended", run: 1 });
    expect(state.status).toBe("done");
    expect(state.shown?.reading).toBe(bayes);
  });

  it("keeps the reading of the run before until a new one comes, and says that it is not of this run", () => {
    const state = after(started(1), read(1), started(2));
    expect(state.shown?.of).toBe(of);
    expect(arrived(state)).toBeNull();
    expect(arrived(reduceLeak(state, read(2, bayes, later)))).toBe(bayes);
  });

  it("takes nothing from a run that was replaced, stopped or closed", () => {
    expect(after(started(1), started(2), read(1)).shown).toBeNull();
    const stopped = after(started(1), read(1), { type: "stopped", run: 1 });
    expect(reduceLeak(stopped, read(1, bayes))).toBe(stopped);
    expect(reduceLeak(stopped, { type: "ended", run: 1 })).toBe(stopped);
    const closed = after(started(1), { type: "closed" });
    expect(reduceLeak(closed, read(1))).toBe(closed);
    expect(reduceLeak(closed, started(2)).status).toBe("closed");
    expect(reduceLeak(closed, started(3)).status).toBe("running");
  });

  it("is closed again when it was stopped before anything arrived", () => {
    expect(after(started(1), { type: "stopped", run: 1 }).status).toBe("closed");
  });

  it("keeps what arrived before a failure, and forgets the failure when it is tried again", () => {
    const failed = after(started(1), read(1), { type: "failed", run: 1, failure });
    expect(failed).toMatchObject({ status: "failed", failure });
    expect(arrived(failed)).toBe(nearest);
    expect(reduceLeak(failed, started(2)).failure).toBeNull();
  });
});

describe("a run", () => {
  async function run(signal: AbortSignal, from = fakeClient()): Promise<LeakState> {
    let state = closedLeak;
    await runLeak(
      1,
      of,
      () => from.preview(of.text, "strict", { signal }),
      signal,
      (action) => {
        state = reduceLeak(state, action);
      },
    );
    return state;
  }

  it("goes through all readers to its end", async () => {
    const state = await run(new AbortController().signal);
    expect(state.status).toBe("done");
    expect(state.shown?.reading.attacker).toBe(readings.at(-1)?.attacker);
  });

  it("that is aborted has stopped, not failed", async () => {
    expect((await run(AbortSignal.abort())).status).toBe("closed");
  });

  it("that fails says why in the words of the error alone", async () => {
    const state = await run(new AbortController().signal, fakeClient({ failAt: "leak" }));
    expect(state.status).toBe("failed");
    expect(state.failure?.code).toBe("engine_failed");
    expect(arrived(state)?.attacker).toBe("nearest");
  });
});
