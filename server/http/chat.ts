/** POST /v1/chat/completions: OpenAI's chat, with parts of messages that are public text or private frames. */
import { randomUUID } from "node:crypto";
import type { FastifyInstance } from "fastify";
import type { ChatCompletion, ChatCompletionChunk } from "../../src/core/wire/api.ts";
import { layChat } from "../chat.ts";
import type { Limits } from "../limits.ts";
import { usageOf } from "./completions.ts";
import type { Answer, ReplyShape } from "./replies.ts";
import { parseChatBody } from "./request.ts";

export function registerChat(app: FastifyInstance, answer: Answer, limits: Limits): void {
  app.post("/v1/chat/completions", { compress: false }, async (request, reply) => {
    const { model, stream, includeUsage, messages, request: options } = parseChatBody(request.body);
    return answer(request, reply, {
      model,
      stream,
      request: (bundle) => ({ ...options, frame: layChat(bundle, messages, limits) }),
      shape: (id) => chatShape(id, includeUsage),
    });
  });
}

type Delta = ChatCompletionChunk["choices"][number]["delta"];

function chatShape(model: string, includeUsage: boolean): ReplyShape {
  const reply = { id: `chatcmpl-${randomUUID()}`, created: Math.floor(Date.now() / 1000), model };
  const chunk = (delta: Delta, finish: "stop" | "length" | null = null): ChatCompletionChunk => ({
    ...reply,
    object: "chat.completion.chunk",
    choices: [{ index: 0, delta, finish_reason: finish, logprobs: null }],
    ...(includeUsage && { usage: null }),
  });
  return {
    whole({ text, finishReason, usage }): ChatCompletion {
      if (finishReason === null || usage === null) throw new Error("a reply without an end");
      return {
        ...reply,
        object: "chat.completion",
        choices: [
          {
            index: 0,
            message: { role: "assistant", content: text, refusal: null },
            finish_reason: finishReason,
            logprobs: null,
          },
        ],
        usage: usageOf(usage),
      };
    },
    chunks({ text, finishReason, usage }, first) {
      const chunks: ChatCompletionChunk[] = [];
      if (first) chunks.push(chunk({ role: "assistant", content: "" }));
      if (text !== "") chunks.push(chunk({ content: text }));
      if (finishReason !== null) chunks.push(chunk({}, finishReason));
      if (usage !== null && includeUsage) {
        chunks.push({ ...reply, object: "chat.completion.chunk", choices: [], usage: usageOf(usage) });
      }
      return chunks;
    },
  };
}
