/**
 * What the server answers over HTTP, as zod schemas: the server's types, the SDK's types and docs/openapi.json all come from
 * here. What it is asked is in api-requests.ts. Shapes are OpenAI's; what is ours lies in fields of its own (`bundle`).
 */
import { z } from "zod";

/** Tokens of a request. The soft prompt is the server's own and is not counted. */
export const usage = z.object({
  prompt_tokens: z.int().min(0),
  completion_tokens: z.int().min(0),
  total_tokens: z.int().min(0),
});

/** The end token or a stop string; the number of tokens asked for. */
export const finishReason = z.enum(["stop", "length"]);

export const textChoice = z.object({
  index: z.literal(0),
  text: z.string(),
  finish_reason: finishReason.nullable(),
  logprobs: z.null(),
});

const reply = z.object({ id: z.string(), created: z.int(), model: z.string() });

/** A whole answer of POST /v1/completions, and a piece of a streamed one. The last piece has the usage, asked for or not. */
export const textCompletion = reply.extend({
  object: z.literal("text_completion"),
  choices: z.tuple([textChoice]),
  usage: usage.optional(),
});

/** A whole answer of POST /v1/chat/completions. */
export const chatCompletion = reply.extend({
  object: z.literal("chat.completion"),
  choices: z.tuple([
    z.object({
      index: z.literal(0),
      message: z.object({ role: z.literal("assistant"), content: z.string(), refusal: z.null() }),
      finish_reason: finishReason,
      logprobs: z.null(),
    }),
  ]),
  usage,
});

/**
 * A piece of a streamed answer of POST /v1/chat/completions: first the role, then text, then the reason it ended. Where
 * `stream_options.include_usage` asks for it, one more follows with the usage and no choice, and the others have null there.
 */
export const chatCompletionChunk = reply.extend({
  object: z.literal("chat.completion.chunk"),
  choices: z
    .array(
      z.object({
        index: z.literal(0),
        delta: z.object({ role: z.literal("assistant").optional(), content: z.string().optional() }),
        finish_reason: finishReason.nullable(),
        logprobs: z.null(),
      }),
    )
    .max(1),
  usage: usage.nullable().optional(),
});

/** The answer of POST /v1/classifications. */
export const classification = reply.extend({
  object: z.literal("classification"),
  /** All labels of the bundle, by falling probability; their titles are in its manifest. */
  labels: z.array(z.object({ label: z.string(), probability: z.number().min(0).max(1) })),
  /** Rows that the frame carried. */
  usage: z.object({ vectors: z.int().min(1) }),
});

/** One entry of GET /v1/models, and GET /v1/models/ID. */
export const model = z.object({
  id: z.string(),
  object: z.literal("model"),
  created: z.int(),
  owned_by: z.literal("sotto"),
  bundle: z.object({
    /** sha256 of its manifest: what a frame must name. */
    sha256: z.string(),
    title: z.string(),
    presets: z.array(z.string()),
    /** What it can be asked for: `complete`, `classify`. A server that names none knows only the first. */
    tasks: z.array(z.string()).default(["complete"]),
    /** Soft prompt, prompt and reply together, in tokens; where it answers with labels, those of the longest message. */
    contextLength: z.int(),
    /** Whether the bundle has a chat template. */
    chatTemplate: z.boolean(),
  }),
});

export const modelList = z.object({ object: z.literal("list"), data: z.array(model) });

/** GET /bundles. */
export const bundleList = z.object({
  bundles: z.array(
    z.object({
      id: z.string(),
      sha256: z.string(),
      title: z.string(),
      /** What a client downloads. */
      clientBytes: z.int(),
    }),
  ),
});

/** GET /healthz. */
export const health = z.object({ status: z.literal("ok") });

/** GET /readyz: 200 with the first, 503 with the others. */
export const readiness = z.object({ status: z.enum(["ready", "draining", "engine not ready"]) });

const origins = z
  .array(
    z
      .string()
      .max(300)
      .regex(/^https?:\/\/[^\s/?#]+$/),
  )
  .max(1000);

/** GET /embed/config.json: the origins whose pages may hold the widget, and which it speaks to. */
export const embedConfig = z.object({ origins });

/** GET /page/config.json: origins of other servers that the page may speak to. */
export const pageConfig = z.object({ servers: origins });

/** Every failure, as an answer and as the last event of a stream that fails on the way. */
export const failure = z.object({
  error: z.object({
    /** A sentence for a person. Nothing of the request is in it. */
    message: z.string(),
    type: z.enum(["invalid_request_error", "server_error"]),
    /** Stable; docs/server.md lists them. */
    code: z.string(),
    param: z.null(),
  }),
});

export type Usage = z.infer<typeof usage>;
export type TextCompletion = z.infer<typeof textCompletion>;
export type ChatCompletion = z.infer<typeof chatCompletion>;
export type ChatCompletionChunk = z.infer<typeof chatCompletionChunk>;
export type Classification = z.infer<typeof classification>;
export type Model = z.infer<typeof model>;
export type ModelList = z.infer<typeof modelList>;
export type BundleList = z.infer<typeof bundleList>;
export type EmbedConfig = z.infer<typeof embedConfig>;
export type PageConfig = z.infer<typeof pageConfig>;
export type Failure = z.infer<typeof failure>;
