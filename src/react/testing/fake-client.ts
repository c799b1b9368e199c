/** A client without a model or a server, whose answers a test gives when it likes. Never in the product. */
import type {
  ChatCompletionChunk,
  ChatCompletionCreateParams,
  ChatCompletionStream,
  Client,
  LeakReading,
  Prompt,
  PromptToken,
} from "../../sdk/types.ts";

/** What a hook asked, to be answered by the test. */
export interface Asked<Q, A> {
  readonly question: Q;
  readonly signal: AbortSignal | undefined;
  give(answer: A): void;
  end(): void;
  fail(error: Error): void;
}

export interface FakeClient {
  readonly client: Client;
  readonly chats: readonly Asked<ChatCompletionCreateParams, string>[];
  readonly previews: readonly Asked<Prompt, LeakReading>[];
  /** Texts that were tokenised. */
  readonly tokenized: readonly string[];
}

/** Its tokens are the words of a text; a text of "refused" is refused. */
export function fakeClient(bundle: Client["bundle"]): FakeClient {
  const chats: Asked<ChatCompletionCreateParams, string>[] = [];
  const previews: Asked<Prompt, LeakReading>[] = [];
  const tokenized: string[] = [];

  const create = async (
    params: ChatCompletionCreateParams,
    options: { signal?: AbortSignal } = {},
  ): Promise<ChatCompletionStream> => {
    const { asked, answers } = open<ChatCompletionCreateParams, string>(params, options.signal);
    chats.push(asked);
    return {
      controller: new AbortController(),
      async *[Symbol.asyncIterator]() {
        for await (const content of answers) yield chunk(content);
      },
    };
  };

  const parts: Partial<Client> = {
    bundle,
    preset: "light",
    async tokenize(prompt, preset = "light") {
      const text = typeof prompt === "string" ? prompt : prompt.map((segment) => segment.text).join("");
      tokenized.push(text);
      if (text === "refused") throw new Error("refused");
      const words = text.split(" ").filter((word) => word !== "");
      return words.map((word, id): PromptToken => ({ id, text: word, preset, reused: false }));
    },
    preview(prompt, options) {
      const signal = typeof options === "object" ? options.signal : undefined;
      const { asked, answers } = open<Prompt, LeakReading>(prompt, signal);
      previews.push(asked);
      return answers;
    },
    chat: { completions: { create: create as Client["chat"]["completions"]["create"] } },
  };
  return { client: parts as Client, chats, previews, tokenized };
}

function chunk(content: string): ChatCompletionChunk {
  const choice = { index: 0 as const, delta: { content }, finish_reason: null, logprobs: null };
  return { id: "1", created: 1, model: "m", object: "chat.completion.chunk", choices: [choice] };
}

/** A question, and its answers as they are given; an aborted signal ends them with its reason. */
function open<Q, A>(question: Q, signal: AbortSignal | undefined) {
  const ready: (() => A | null)[] = [];
  let wake = () => {};
  const add = (next: () => A | null) => {
    ready.push(next);
    wake();
  };
  const asked: Asked<Q, A> = {
    question,
    signal,
    give: (answer) => add(() => answer),
    end: () => add(() => null),
    fail: (error) =>
      add(() => {
        throw error;
      }),
  };
  async function* all(): AsyncGenerator<A, void, undefined> {
    for (;;) {
      signal?.throwIfAborted();
      const next = ready.shift();
      if (next === undefined) {
        await new Promise<void>((resolve) => {
          wake = resolve;
          signal?.addEventListener("abort", () => resolve(), { once: true });
        });
        continue;
      }
      const answer = next();
      if (answer === null) return;
      yield answer;
    }
  }
  return { asked, answers: all() };
}
