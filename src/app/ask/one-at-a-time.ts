/** One question is on its way at a time: what is begun meanwhile would cost, and show nothing. */
export interface OneAtATime {
  /** Run the job, unless another one is under way. */
  readonly start: (job: (signal: AbortSignal) => Promise<void>) => void;
  /** Stop the one that is. The next one may begin once it has ended. */
  readonly stop: () => void;
}

export function createOneAtATime(): OneAtATime {
  let running: AbortController | null = null;
  return {
    start(job) {
      if (running !== null) return;
      running = new AbortController();
      void job(running.signal).finally(() => (running = null));
    },
    stop: () => running?.abort(),
  };
}
