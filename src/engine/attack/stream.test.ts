import { describe, expect, it } from "vitest";
import { streamed } from "./stream.ts";

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

const forever = () => new Promise<void>(() => undefined);

describe("what is pushed", () => {
  it("is read in order, however it falls together with the reading", async () => {
    const items = streamed<number>(async (push) => {
      push(1);
      push(2);
      await Promise.resolve();
      push(3);
      await new Promise((resolve) => setTimeout(resolve, 5));
      push(4);
    });
    expect(await all(items)).toEqual([1, 2, 3, 4]);
  });

  it("is read before the failure that came after it", async () => {
    const found: number[] = [];
    const reading = (async () => {
      const items = streamed<number>(async (push) => {
        push(1);
        throw new Error("broken");
      });
      for await (const item of items) found.push(item);
    })();
    await expect(reading).rejects.toThrow("broken");
    expect(found).toEqual([1]);
  });

  it("starts with the first question, and not under a signal that is aborted already", async () => {
    let started = 0;
    const produce = async () => void started++;
    const items = streamed(produce);
    await Promise.resolve();
    expect(started).toBe(0);
    await all(items);
    expect(started).toBe(1);
    await expect(all(streamed(produce, AbortSignal.abort(new Error("no"))))).rejects.toThrow("no");
    expect(started).toBe(1);
  });
});

describe("an abort", () => {
  it("is told at once, with its reason, to reader and work, though the work goes on", async () => {
    const control = new AbortController();
    const reason = new Error("enough");
    let told: AbortSignal | undefined;
    const items = streamed<number>((push, signal) => {
      told = signal;
      push(1);
      return forever();
    }, control.signal);
    expect((await items.next()).value).toBe(1);
    const next = items.next();
    control.abort(reason);
    await expect(next).rejects.toBe(reason);
    expect(told?.reason).toBe(reason);
  });

  it("is what leaving the loop is to the work", async () => {
    let told: AbortSignal | undefined;
    const items = streamed<number>((push, signal) => {
      told = signal;
      push(1);
      return forever();
    });
    for await (const item of items) if (item === 1) break;
    expect(told?.aborted).toBe(true);
  });
});
