/** What was computed of a reply and not yet read. */
export interface Outbox {
  /** Ids not yet read. */
  readonly unread: number;
  readonly closed: boolean;
  push(id: number): void;
  /** Nothing follows; what is unread can still be read. */
  end(): void;
  /** Nothing follows, and nothing more can be read. The first failure counts. */
  fail(reason: unknown): void;
  /** The next id; undefined at the end. @throws the failure */
  next(): Promise<number | undefined>;
}

export function createOutbox(): Outbox {
  const ids: number[] = [];
  let ended = false;
  let failure: { readonly reason: unknown } | undefined;
  let notify: () => void = () => undefined;
  return {
    get unread() {
      return ids.length;
    },
    get closed() {
      return ended || failure !== undefined;
    },
    push(id) {
      ids.push(id);
      notify();
    },
    end() {
      ended = true;
      notify();
    },
    fail(reason) {
      failure ??= { reason };
      ids.length = 0;
      notify();
    },
    async next() {
      while (failure === undefined && ids.length === 0 && !ended) {
        await new Promise<void>((resolve) => (notify = resolve));
      }
      if (failure !== undefined) throw failure.reason;
      return ids.shift();
    },
  };
}
