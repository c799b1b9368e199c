/** A chat whose words stay here: what is written is released, what the server says is shown as it arrives. */
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { ChatCompletionCreateParamsStreaming, ChatCompletionMessageParam, Client } from "../sdk/types.ts";

export interface PrivateChatOptions {
  /** Null while it loads: nothing can be sent. */
  readonly client: Client | null;
  /** Of what the person writes; the client's unless told. */
  readonly preset?: string;
  /** Messages to begin with, such as a system message. Read once. */
  readonly initialMessages?: readonly ChatMessage[];
  /** `max_tokens`, `temperature`, `top_p`, `stop`, `seed` of every reply. */
  readonly sampling?: Pick<
    ChatCompletionCreateParamsStreaming,
    "max_tokens" | "temperature" | "top_p" | "stop" | "seed"
  >;
}

/** One message as it is shown, and as it goes on: private, but for what the server itself said. */
export interface ChatMessage {
  /** Stable while the chat lives. */
  readonly id: string;
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
}

/** `releasing`: text becomes levels, and the ledger is charged; `streaming`: a reply arrives. */
export type ChatStatus = "ready" | "releasing" | "streaming";

export interface PrivateChat {
  readonly messages: readonly ChatMessage[];
  readonly status: ChatStatus;
  /** What the last attempt failed with, most often a SottoError; null otherwise. Being stopped is no failure. */
  readonly error: unknown;
  /**
   * Send a message and resolve when its reply has ended. Ignored while another is under way, where there is no client, or where the text is
   * empty. It never rejects: see `error`.
   */
  readonly send: (text: string) => Promise<void>;
  /** End the reply under way; what has arrived stays, as a message of its own. */
  readonly stop: () => void;
  /** Another reply to the last message: the same bytes go again, which costs nothing. Also what to call after a failure. */
  readonly regenerate: () => Promise<void>;
}

/** @returns the chat, its state and what can be done with it; leaving the page stops the reply under way */
export function usePrivateChat(options: PrivateChatOptions): PrivateChat {
  const { client, preset, sampling } = options;
  const [messages, setMessages] = useState<readonly ChatMessage[]>(options.initialMessages ?? []);
  const [status, setStatus] = useState<ChatStatus>("ready");
  const [error, setError] = useState<unknown>(null);
  const running = useRef<AbortController | null>(null);

  useEffect(
    () => () => {
      running.current?.abort();
    },
    [],
  );

  const ask = useCallback(
    async (of: Client, asked: readonly ChatMessage[]) => {
      const own = new AbortController();
      running.current = own;
      const reply: ChatMessage = { id: crypto.randomUUID(), role: "assistant", content: "" };
      setMessages(asked);
      setError(null);
      setStatus("releasing");
      try {
        const params: ChatCompletionCreateParamsStreaming = {
          ...sampling,
          messages: asked.map(({ role, content }): ChatCompletionMessageParam => ({ role, content })),
          stream: true,
          ...(preset !== undefined && { preset }),
        };
        const stream = await of.chat.completions.create(params, { signal: own.signal });
        setStatus("streaming");
        let content = "";
        for await (const { choices } of stream) {
          content += choices[0]?.delta.content ?? "";
          const shown = { ...reply, content };
          if (content !== "") setMessages([...asked, shown]);
        }
      } catch (failure) {
        if (!own.signal.aborted) setError(failure);
      } finally {
        if (running.current === own) running.current = null;
        setStatus("ready");
      }
    },
    [preset, sampling],
  );

  const send = useCallback(
    async (text: string) => {
      if (client === null || running.current !== null || text === "") return;
      const before = messages.at(-1)?.role === "user" ? messages.slice(0, -1) : messages;
      await ask(client, [...before, { id: crypto.randomUUID(), role: "user", content: text }]);
    },
    [client, messages, ask],
  );

  const regenerate = useCallback(async () => {
    const last = messages.findLastIndex(({ role }) => role === "user");
    if (client === null || running.current !== null || last === -1) return;
    await ask(client, messages.slice(0, last + 1));
  }, [client, messages, ask]);

  const stop = useCallback(() => running.current?.abort(), []);

  return useMemo(
    () => ({ messages, status, error, send, stop, regenerate }),
    [messages, status, error, send, stop, regenerate],
  );
}
