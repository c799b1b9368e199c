/**
 * OpenAI's interface to chats, in its names and shapes, with one difference: text is private unless it is said to be public. What this
 * does not have is refused by name, never ignored.
 */
import type { ChatCompletion, ChatCompletionChunk } from "../../core/wire/api.ts";

export type { ChatCompletion, ChatCompletionChunk, Usage as CompletionUsage } from "../../core/wire/api.ts";

/** Private text: released under a preset, never sent. */
export interface ChatCompletionContentPartText {
  readonly type: "text";
  readonly text: string;
  /** Sotto's own: the preset of this part; that of the request, else of the client, unless told. */
  readonly preset?: string;
}

/** Sotto's own: text that goes in the clear, costs nothing, and is read by the server as it is. */
export interface ChatCompletionContentPartPublicText {
  readonly type: "public_text";
  readonly text: string;
}

export type ChatCompletionContentPart = ChatCompletionContentPartText | ChatCompletionContentPartPublicText;

/**
 * One message. A string is one private part, with one exception: what this client itself received as the reply to these very messages is
 * public, since it comes from the server. A bundle without a chat template takes messages of `user` and `assistant` in turn.
 */
export interface ChatCompletionMessageParam {
  /** `developer` is `system`. The last message is the user's. */
  readonly role: "system" | "developer" | "user" | "assistant";
  /** Private, unless a part says it is public. At most 64 parts. */
  readonly content: string | readonly ChatCompletionContentPart[];
  /** As it comes in a reply's message. Anything else is refused. */
  readonly refusal?: null;
}

export interface ChatCompletionCreateParamsBase {
  /** 1 to 256, the last of them the user's. */
  readonly messages: readonly ChatCompletionMessageParam[];
  /** The client's bundle, which is what is meant where it is left out. Another is refused. */
  readonly model?: string;
  /** Sotto's own: preset of private text that names none; the client's unless told. */
  readonly preset?: string;
  /** Longest reply, in tokens; 128 unless told, or less where the context has less room. */
  readonly max_tokens?: number | null;
  /** OpenAI's newer name for `max_tokens`. */
  readonly max_completion_tokens?: number | null;
  /** 0 to 2; 0.8 unless told. */
  readonly temperature?: number | null;
  /** 0 to 1; 0.95 unless told. */
  readonly top_p?: number | null;
  /** Up to four strings at which the reply ends. */
  readonly stop?: string | readonly string[] | null;
  /** Seed of the server's choice of tokens; the noise has none. */
  readonly seed?: number | null;
  /** One reply: the only number there is. */
  readonly n?: 1 | null;
}

export interface ChatCompletionCreateParamsNonStreaming extends ChatCompletionCreateParamsBase {
  /** The whole reply at once. */
  readonly stream?: false | null;
}

export interface ChatCompletionCreateParamsStreaming extends ChatCompletionCreateParamsBase {
  /** The reply in chunks, as it is made. */
  readonly stream: true;
  /** `include_usage`: one more chunk at the end, with the usage and no choice. */
  readonly stream_options?: { readonly include_usage?: boolean | null } | null;
}

export type ChatCompletionCreateParams = ChatCompletionCreateParamsNonStreaming | ChatCompletionCreateParamsStreaming;

export interface RequestOptions {
  /** Aborting it ends the reply with `aborted` and stops the server. */
  readonly signal?: AbortSignal;
}

/** A reply as it streams. It can be read once; leaving the loop stops the server. */
export interface ChatCompletionStream extends AsyncIterable<ChatCompletionChunk> {
  /** Aborting it ends the stream with `aborted` and stops the server. */
  readonly controller: AbortController;
}

export interface ChatCompletions {
  /**
   * Release what is private, charge the ledger, send, and give the reply: whole, or as a stream of chunks whose text is
   * `choices[0].delta.content`.
   *
   * Memoised: messages that were sent before, from the first one on, go again as the same bytes and cost nothing, so that the next turn of
   * a chat costs its new text and a second reply to the same messages costs nothing. The memory is the client's and ends with it. A
   * message that differs is drawn anew, as are all after it; `client.release` with an earlier release draws only what was edited.
   * @throws SottoError `unsupported_field`, `invalid_request`, `unknown_preset`, `empty_prompt`, `prompt_too_long`,
   * `context_length_exceeded`, `budget_exceeded`, `ledger_unavailable`, `ledger_full`, `ledger_corrupt` before anything has left;
   * `aborted`, `server_unreachable`, `stream_interrupted`, or what the server answered
   */
  create(params: ChatCompletionCreateParamsStreaming, options?: RequestOptions): Promise<ChatCompletionStream>;
  create(params: ChatCompletionCreateParamsNonStreaming, options?: RequestOptions): Promise<ChatCompletion>;
  create(params: ChatCompletionCreateParams, options?: RequestOptions): Promise<ChatCompletionStream | ChatCompletion>;
}

export interface Chat {
  readonly completions: ChatCompletions;
}
