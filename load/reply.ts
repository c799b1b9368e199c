/** One streamed reply, read to whatever end it has. */

export interface Outcome {
  /** `cut`: it began and did not come to its end. `refused`: 4xx; `failed`: 5xx. */
  readonly kind: "whole" | "cut" | "refused" | "failed" | "unreachable";
  readonly status: number | null;
  /** The server's code, of a refusal or of a last event that is an error. */
  readonly code: string | null;
  readonly tokens: number;
  /** ms to the first event; null when there was none. */
  readonly firstMs: number | null;
  readonly retryMs: number | null;
  /** Whether it repeats a request that was cut. */
  readonly again: boolean;
}

interface Event {
  readonly error?: { readonly code: string };
  readonly usage?: { readonly completion_tokens: number };
}

export async function readReply(url: string, body: string, again: boolean, key?: string): Promise<Outcome> {
  const started = performance.now();
  const found = { status: null, code: null, tokens: 0, firstMs: null, retryMs: null, again };
  let response;
  try {
    response = await fetch(`${url}/v1/completions`, {
      method: "POST",
      headers: { "content-type": "application/json", ...(key !== undefined && { authorization: `Bearer ${key}` }) },
      body,
    });
  } catch {
    return { ...found, kind: "unreachable" };
  }
  const { status } = response;
  if (!response.ok) {
    const text = await response.text().catch(() => "");
    const retry = Number(response.headers.get("retry-after") ?? NaN);
    return {
      ...found,
      kind: status >= 500 ? "failed" : "refused",
      status,
      code: /"code":"([a-z_]+)"/.exec(text)?.[1] ?? null,
      retryMs: Number.isFinite(retry) ? 1000 * retry : null,
    };
  }
  let firstMs: number | null = null;
  let tokens = 0;
  let code: string | null = null;
  let done = false;
  let rest = "";
  const decoder = new TextDecoder();
  try {
    for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
      firstMs ??= performance.now() - started;
      const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        if (line === "data: [DONE]") done = true;
        else {
          const event = JSON.parse(line.slice("data: ".length)) as Event;
          tokens = event.usage?.completion_tokens ?? tokens;
          code = event.error?.code ?? code;
        }
      }
    }
  } catch {
    // The connection broke: `done` says whether anything is missing.
  }
  return { ...found, kind: done ? "whole" : "cut", status, code, tokens, firstMs };
}
