import type { CompletionEvent } from "../completion.ts";

/**
 * The events, left at once when the signal is aborted, also while nobody reads them: a reader who has gone asks for nothing
 * more, and the engine would be held for ever.
 * @throws the signal's reason, when it was aborted before the last event
 */
export async function* untilAborted(
  events: AsyncGenerator<CompletionEvent, void, undefined>,
  signal: AbortSignal,
): AsyncGenerator<CompletionEvent, void, undefined> {
  signal.throwIfAborted();
  signal.addEventListener("abort", () => void events.return().catch(() => undefined), { once: true });
  for await (const event of events) {
    yield event;
    if (event.finishReason !== null) return;
  }
  signal.throwIfAborted();
}
