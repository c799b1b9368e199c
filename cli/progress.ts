/** Where long work stands: one line on a terminal that is written over. Elsewhere nothing. */

export interface ProgressLine {
  show(what: string, done: number, of: number): void;
  /** Before anything else is written. */
  clear(): void;
}

/** There is nothing to tidy when Ctrl-C ends the program in between. */
export function progressLine(): ProgressLine {
  const { stderr } = process;
  let shown = false;
  return {
    show: (what, done, of) => {
      if (!stderr.isTTY) return;
      shown = true;
      stderr.write(`\r\u001B[K${what}: ${done} of ${of}`);
    },
    clear: () => {
      if (shown) stderr.write("\r\u001B[K");
      shown = false;
    },
  };
}
