/** Server-sent events: one `data:` line an event, `[DONE]` at the end of a whole reply and of nothing else. */

/**
 * The stream as text. A failure becomes one last event and ends the stream without `[DONE]`. Nothing is made before it is
 * read, so a slow reader slows the source; one who reads nothing for `stallMs` is handed to `onStall`.
 */
export async function* eventStream(
  chunks: AsyncIterable<unknown>,
  onError: (error: unknown) => unknown,
  stallMs: number,
  onStall: () => void,
): AsyncGenerator<string, void, undefined> {
  const event = (data: unknown) => `data: ${JSON.stringify(data)}\n\n`;
  try {
    for await (const chunk of chunks) {
      const timer = setTimeout(onStall, stallMs);
      try {
        yield event(chunk);
      } finally {
        clearTimeout(timer);
      }
    }
    yield "data: [DONE]\n\n";
  } catch (error) {
    yield event(onError(error));
  }
}
