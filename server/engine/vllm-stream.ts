/** The stream of a completion as vLLM sends it: server-sent events, each a chunk of text, then `[DONE]`. */
import { createParser } from "eventsource-parser";
import { z } from "zod";
import { SottoError } from "../../src/core/errors.ts";
import type { TextPiece } from "./engine.ts";

/** Characters of one event; a chunk of a reply has some hundreds. */
const MAX_EVENT = 1 << 16;

const chunk = z.object({
  choices: z.array(z.object({ text: z.string(), finish_reason: z.enum(["stop", "length"]).nullish() })).max(1),
  usage: z.object({ completion_tokens: z.int().min(0) }).nullish(),
});
type Chunk = z.infer<typeof chunk>;

/**
 * The pieces of a reply, the last with `finish`; pieces of no text are joined to the next.
 * @throws SottoError `upstream_failed` when the stream is none, breaks off, has an event that is not of the protocol, or says more
 *   than `maxTokens` tokens
 */
export async function* readPieces(response: Response, maxTokens: number): AsyncGenerator<TextPiece, void, undefined> {
  if (!response.headers.get("content-type")?.startsWith("text/event-stream") || response.body === null) {
    throw failed("answered with something other than a stream");
  }
  let counted = 0;
  let told = 0;
  for await (const data of readEvents(response.body)) {
    if (data === "[DONE]") break;
    const { choices, usage } = parseChunk(data);
    const [choice] = choices;
    if (choice === undefined) continue;
    // Without figures, which old versions leave out, a chunk of text is a token.
    const total = usage?.completion_tokens ?? counted + (choice.text === "" ? 0 : 1);
    if (total < counted || total > maxTokens) throw failed("miscounted its tokens");
    counted = total;
    const finish = choice.finish_reason ?? undefined;
    if (choice.text === "" && finish === undefined) continue;
    yield { text: choice.text, tokens: counted - told, ...(finish && { finish }) };
    told = counted;
    if (finish !== undefined) return;
  }
  throw failed("broke off its reply");
}

/** The data of each event. A failure of the connection is one of the upstream. */
async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<string, void, undefined> {
  const events: string[] = [];
  let tooLong = false;
  const parser = createParser({
    maxBufferSize: MAX_EVENT,
    onEvent: ({ data }) => events.push(data),
    onError: ({ type }) => {
      tooLong ||= type === "max-buffer-size-exceeded";
    },
  });
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const reader = body.getReader();
  for (;;) {
    let step;
    try {
      step = await reader.read();
      if (!step.done) parser.feed(decoder.decode(step.value, { stream: true }));
    } catch (cause) {
      throw failed("broke off its reply", cause);
    }
    yield* events.splice(0);
    if (tooLong) throw failed("sent an event that is too long");
    if (step.done) return;
  }
}

function parseChunk(data: string): Chunk {
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    // Without its cause: a SyntaxError quotes what it could not read.
    throw failed("sent something other than JSON");
  }
  const parsed = chunk.safeParse(value);
  if (!parsed.success) throw failed("reported a failure or sent a chunk of another kind");
  return parsed.data;
}

function failed(what: string, cause?: unknown): SottoError {
  return new SottoError(
    "upstream_failed",
    `The engine behind this server ${what}.`,
    cause === undefined ? {} : { cause },
  );
}
