/** POST /v1/completions: OpenAI's text completion, with a frame of released levels where the prompt would be. */
import { randomUUID } from "node:crypto";
import type { FastifyInstance } from "fastify";
import type { TextCompletion, Usage } from "../../src/core/wire/api.ts";
import type { CompletionEvent } from "../completion.ts";
import type { Answer, ReplyShape } from "./replies.ts";
import { parseCompletionBody } from "./request.ts";

export function registerCompletions(app: FastifyInstance, answer: Answer): void {
  // Compression would hold tokens back until a block is full.
  app.post("/v1/completions", { compress: false }, async (request, reply) => {
    const body = parseCompletionBody(request.body);
    const { model, stream } = body;
    return answer(request, reply, { model, stream, request: () => body.request, shape: textShape });
  });
}

/** One id and one time a reply, as OpenAI's chunks have it. */
function textShape(model: string): ReplyShape {
  const id = `cmpl-${randomUUID()}`;
  const created = Math.floor(Date.now() / 1000);
  const shape = ({ text, finishReason, usage }: CompletionEvent): TextCompletion => ({
    id,
    object: "text_completion",
    created,
    model,
    choices: [{ index: 0, text, finish_reason: finishReason, logprobs: null }],
    ...(usage && { usage: usageOf(usage) }),
  });
  return { whole: shape, chunks: (event) => [shape(event)] };
}

/** Token counts in OpenAI's names. */
export function usageOf({ promptTokens, completionTokens }: NonNullable<CompletionEvent["usage"]>): Usage {
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
  };
}
