/** What the server is asked over HTTP, as zod schemas; what it answers is in api.ts. Null is how some clients spell "not given". */
import { z } from "zod";

export const MAX_STOPS = 4;
export const MAX_STOP_LENGTH = 256;
/** Messages of a chat, and parts of one message. */
export const MAX_MESSAGES = 256;
export const MAX_PARTS = 64;

const wellFormed = (text: string) => !/\p{Surrogate}/u.test(text);
const NOT_UNICODE = "it is not well-formed Unicode";

const stopString = z.string().min(1).max(MAX_STOP_LENGTH).refine(wellFormed, NOT_UNICODE);
const publicText = z.string().refine(wellFormed, NOT_UNICODE);

/** A frame (frame.ts): in JSON its base64 (RFC 4648 section 4, padded), in CBOR its bytes, or base64 there too. */
export const frameField = z.union([z.string(), z.custom<Uint8Array>((value) => value instanceof Uint8Array)]);

const sampling = z.object({
  model: z.string(),
  stream: z.boolean().nullish(),
  /** Obfuscation pads events to hide their lengths. It cannot be asked for: only that there be none. */
  stream_options: z
    .strictObject({ include_usage: z.boolean().nullish(), include_obfuscation: z.literal(false).nullish() })
    .nullish(),
  /** Tokens of the reply, at most. Not given: 128, or less where the context has less room. */
  max_tokens: z.int().min(1).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  stop: z.union([stopString, z.array(stopString).max(MAX_STOPS)]).nullish(),
  seed: z.int().nullish(),
  n: z.literal(1).nullish(),
  /** OpenAI's labels for abuse reports; this server keeps none. */
  user: z.string().nullish(),
  safety_identifier: z.string().nullish(),
  /** Wishes for a cache of prompts. They could change the time of a reply and never the reply; this server keeps no prompt. */
  prompt_cache_key: z.string().nullish(),
  prompt_cache_retention: z.string().nullish(),
  prompt_cache_options: z.object({ mode: z.string().nullish(), ttl: z.string().nullish() }).nullish(),
});

const OTHER_FIELDS =
  "Other fields of OpenAI's are refused by name (unsupported_field), unless their value asks for nothing, like `echo: false` or " +
  '`response_format: {"type": "text"}`; fields that nobody knows are refused unnamed.';

/** The body of POST /v1/completions. */
export const completionRequest = sampling.extend({ private_prompt: frameField }).describe(OTHER_FIELDS);

/** The body of POST /v1/classifications. */
export const classificationRequest = z.object({ model: z.string(), private_prompt: frameField }).describe(OTHER_FIELDS);

/** Text in the clear. It can never spell a special token. */
export const textPart = z.strictObject({
  type: z.literal("text"),
  text: publicText,
  /** As prompt_cache_options: it changes no reply. */
  prompt_cache_breakpoint: z.object({ mode: z.string().nullish() }).nullish(),
});
/** A frame: what was released of one private stretch. A frame of an earlier turn is sent again as the same bytes. */
export const privatePart = z.strictObject({ type: z.literal("private_frame"), frame: frameField });

/** A string is one public text. What an answer's message has besides is taken where it says nothing. */
export const chatMessage = z.strictObject({
  role: z.enum(["system", "developer", "user", "assistant"]),
  content: z.union([publicText, z.array(z.discriminatedUnion("type", [textPart, privatePart])).max(MAX_PARTS)]),
  refusal: z.null().optional(),
});

/** The body of POST /v1/chat/completions. */
export const chatRequest = sampling
  .extend({
    messages: z.array(chatMessage).min(1).max(MAX_MESSAGES),
    /** OpenAI's newer name for max_tokens. */
    max_completion_tokens: z.int().min(1).nullish(),
  })
  .describe(OTHER_FIELDS);

export type CompletionRequestBody = z.input<typeof completionRequest>;
export type ChatRequestBody = z.input<typeof chatRequest>;
export type ClassificationRequestBody = z.input<typeof classificationRequest>;
export type ChatMessage = z.infer<typeof chatMessage>;
