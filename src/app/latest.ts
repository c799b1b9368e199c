/**
 * Runs an asynchronous job for the newest input only: after a pause in the input, one at a time, and with what came last if
 * more came meanwhile. So a slow machine never works through a queue of texts that are no longer there.
 */
export interface Latest<Input> {
  request(input: Input): void;
  /** Forget what waits. A job under way goes on; its owner drops its result. */
  cancel(): void;
}

export function createLatest<Input>(pause: number, job: (input: Input) => Promise<void>): Latest<Input> {
  let waiting: { readonly input: Input } | null = null;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let running = false;

  function start(): void {
    timer = null;
    if (running || waiting === null) return;
    const { input } = waiting;
    waiting = null;
    running = true;
    // The job reports its own failures; a rejection here must not stop the next one.
    void job(input)
      .catch(() => undefined)
      .finally(() => {
        running = false;
        if (timer === null) start();
      });
  }

  return {
    request(input) {
      waiting = { input };
      if (timer !== null) clearTimeout(timer);
      timer = setTimeout(start, pause);
    },
    cancel() {
      waiting = null;
      if (timer !== null) clearTimeout(timer);
      timer = null;
    },
  };
}
