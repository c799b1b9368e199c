import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createLatest } from "./latest.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("work for the newest input", () => {
  it("waits for a pause and then takes only the last input", async () => {
    const done: string[] = [];
    const latest = createLatest<string>(100, async (text) => void done.push(text));
    for (const text of ["a", "ab", "abc"]) {
      latest.request(text);
      await vi.advanceTimersByTimeAsync(50);
    }
    expect(done).toEqual([]);
    await vi.advanceTimersByTimeAsync(100);
    expect(done).toEqual(["abc"]);
  });

  it("runs one job at a time and skips what was overtaken meanwhile", async () => {
    const started: string[] = [];
    const latest = createLatest<string>(10, async (text) => {
      started.push(text);
      await new Promise((resolve) => setTimeout(resolve, 1000));
    });
    latest.request("a");
    await vi.advanceTimersByTimeAsync(20);
    latest.request("ab");
    await vi.advanceTimersByTimeAsync(20);
    latest.request("abc");
    await vi.advanceTimersByTimeAsync(20);
    expect(started).toEqual(["a"]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(started).toEqual(["a", "abc"]);
  });

  it("goes on after a job that failed", async () => {
    const done: string[] = [];
    const latest = createLatest<string>(10, async (text) => {
      if (text === "bad") throw new Error("no");
      done.push(text);
    });
    latest.request("bad");
    await vi.advanceTimersByTimeAsync(20);
    latest.request("good");
    await vi.advanceTimersByTimeAsync(20);
    expect(done).toEqual(["good"]);
  });

  it("forgets what waits when cancelled", async () => {
    const done: string[] = [];
    const latest = createLatest<string>(10, async (text) => void done.push(text));
    latest.request("a");
    latest.cancel();
    await vi.advanceTimersByTimeAsync(50);
    expect(done).toEqual([]);
  });
});
