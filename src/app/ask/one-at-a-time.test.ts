import { describe, expect, it, vi } from "vitest";
import { createOneAtATime } from "./one-at-a-time.ts";

describe("one at a time", () => {
  it("begins nothing while another is under way, also when that was stopped, until it has ended", async () => {
    const { start, stop } = createOneAtATime();
    let end = () => undefined as void;
    const first = vi.fn((_: AbortSignal) => new Promise<void>((resolve) => (end = resolve)));
    const second = vi.fn(async (_: AbortSignal) => undefined);
    start(first);
    start(second);
    stop();
    start(second);
    expect(first.mock.calls[0]![0].aborted).toBe(true);
    expect(second).not.toHaveBeenCalled();
    end();
    await vi.waitFor(() => {
      start(second);
      expect(second).toHaveBeenCalledTimes(1);
    });
    expect(second.mock.calls[0]![0].aborted).toBe(false);
  });
});
