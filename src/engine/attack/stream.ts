/** Results that are pushed as they come, read as an async iteration that can be aborted. */

/** Does the work, hands over each result; resolves when there are no more. */
export type Produce<T> = (push: (item: T) => void, signal: AbortSignal) => Promise<void>;

/**
 * Iterate over what `produce` pushes. It starts with the first `next` and does not wait for the reader. Aborting `signal`, or
 * leaving the loop, aborts the signal it was given; the reader is told at once, with the reason, and does not wait for it.
 */
export async function* streamed<T>(produce: Produce<T>, signal?: AbortSignal): AsyncGenerator<T, void, undefined> {
  signal?.throwIfAborted();
  const own = new AbortController();
  const ready: T[] = [];
  let end: { readonly error: unknown } | "done" | null = null;
  let wake = () => {};
  const finish = (how: { readonly error: unknown } | "done") => {
    end ??= how;
    wake();
  };
  const abort = () => {
    finish({ error: signal?.reason });
    own.abort(signal?.reason);
  };
  signal?.addEventListener("abort", abort, { once: true });
  produce((item) => {
    ready.push(item);
    wake();
  }, own.signal).then(
    () => finish("done"),
    (error: unknown) => finish({ error }),
  );
  const state = () => end;
  try {
    for (;;) {
      signal?.throwIfAborted();
      const item = ready.shift();
      const how = state();
      if (item !== undefined) yield item;
      else if (how === "done") return;
      else if (how !== null) throw how.error;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    signal?.removeEventListener("abort", abort);
    own.abort();
  }
}
