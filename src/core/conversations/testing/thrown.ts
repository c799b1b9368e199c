/** Code and sentence of what `work` throws, and whether it carries a cause: a cause could quote what it was given. */
export function thrownBy(work: () => unknown): { code: unknown; sentence: string; hasCause: boolean } {
  try {
    work();
  } catch (error) {
    const { code, cause } = error as { code?: unknown; cause?: unknown };
    return { code, sentence: String(error), hasCause: cause !== undefined };
  }
  throw new Error("nothing was thrown");
}
