/** The body of POST /v1/completions, checked: zod at the boundary, plain data behind it. */
import { z } from "zod";
import { SottoError } from "../../src/core/errors.ts";
import type { CompletionRequest } from "../completion.ts";

const MAX_STOPS = 4;
const MAX_STOP_LENGTH = 256;

const stopString = z
  .string()
  .min(1)
  .max(MAX_STOP_LENGTH)
  .refine((text) => !/\p{Surrogate}/u.test(text), "it is not well-formed Unicode");

/** Null is how some clients spell "not given". */
const body = z.object({
  model: z.string(),
  private_prompt: z.string(),
  stream: z.boolean().nullish(),
  // Nothing to choose: the last chunk always carries the usage.
  stream_options: z.strictObject({ include_usage: z.boolean().nullish() }).nullish(),
  max_tokens: z.int().min(1).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  stop: z.union([stopString, z.array(stopString).max(MAX_STOPS)]).nullish(),
  seed: z.int().nullish(),
  n: z.literal(1).nullish(),
  /** OpenAI's label for abuse reports; this server keeps none. */
  user: z.string().nullish(),
});

/**
 * Fields of OpenAI's interface, and of engines that speak it, which this server does not have, each with the values that ask
 * for nothing. Ignoring them would answer another question than the one that was asked.
 */
const UNSUPPORTED: Readonly<Record<string, readonly unknown[]>> = {
  prompt: ["", null],
  prompt_embeds: [null],
  messages: [null],
  input: [null],
  best_of: [1, null],
  echo: [false, null],
  logprobs: [false, null],
  top_logprobs: [0, null],
  logit_bias: [null],
  suffix: ["", null],
  presence_penalty: [0, null],
  frequency_penalty: [0, null],
  repetition_penalty: [1, null],
  max_completion_tokens: [null],
  min_tokens: [0, null],
  top_k: [0, -1, null],
  min_p: [0, null],
  ignore_eos: [false, null],
  use_beam_search: [false, null],
  response_format: [null],
  tools: [null],
  tool_choice: ["none", null],
  parallel_tool_calls: [null],
  functions: [null],
  function_call: ["none", null],
  modalities: [null],
  audio: [null],
  prediction: [null],
  reasoning_effort: [null],
  service_tier: ["auto", "default", null],
  store: [false, null],
  metadata: [null],
};

const PROMPT_HINT = "The prompt goes into private_prompt, as a base64 frame";

export interface CompletionBody {
  readonly model: string;
  readonly stream: boolean;
  readonly request: CompletionRequest;
}

/**
 * Check a parsed JSON body.
 * @throws SottoError `unsupported_field` naming a field of OpenAI's, `invalid_request` naming a field of ours
 */
export function parseCompletionBody(value: unknown): CompletionBody {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new SottoError("invalid_request", "The request's body must be a JSON object.");
  }
  refuseUnsupported(value as Record<string, unknown>);
  const parsed = body.safeParse(value);
  if (!parsed.success) throw describe(parsed.error.issues[0]);
  const { model, private_prompt: prompt, stream, max_tokens: maxTokens, stop } = parsed.data;
  return {
    model,
    stream: stream ?? false,
    request: {
      frame: fromBase64(prompt),
      maxTokens: maxTokens ?? undefined,
      sampling: {
        temperature: parsed.data.temperature ?? 0.8,
        topP: parsed.data.top_p ?? 0.95,
        seed: parsed.data.seed ?? undefined,
      },
      stop: stop == null ? [] : typeof stop === "string" ? [stop] : stop,
    },
  };
}

function refuseUnsupported(value: Record<string, unknown>): void {
  for (const [name, given] of Object.entries(value)) {
    if (Object.hasOwn(body.shape, name)) continue;
    if (!Object.hasOwn(UNSUPPORTED, name)) {
      // The name is the caller's, so it is not repeated.
      throw new SottoError(
        "unsupported_field",
        `The request has a field this server does not know. It knows ${known}.`,
      );
    }
    if (UNSUPPORTED[name]!.includes(given) || isEmptyObject(given)) continue;
    const hint = name === "prompt" || name === "messages" || name === "input" ? ` ${PROMPT_HINT}.` : "";
    throw new SottoError("unsupported_field", `This server does not support ${name}.${hint}`);
  }
  if (value.n != null && value.n !== 1)
    throw new SottoError("unsupported_field", "This server does not support n above 1.");
}

/** No biases, no metadata, no tools: {} and [] ask for nothing. */
function isEmptyObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

const known = Object.keys(body.shape).join(", ");

/** Built from names and types of the schema only: what the caller sent stays out of it. */
function describe(issue: z.core.$ZodIssue | undefined): SottoError {
  if (issue?.path[0] === "stream_options" && issue.code === "unrecognized_keys") {
    return new SottoError("unsupported_field", "This server does not support stream_options other than include_usage.");
  }
  const field = issue === undefined ? "body" : issue.path.join(".");
  const expected = issue === undefined ? undefined : EXPECTED[String(issue.path[0])];
  return new SottoError(
    "invalid_request",
    `The field ${field} is not valid: it must be ${expected ?? "of another type"}.`,
  );
}

const EXPECTED: Readonly<Record<string, string>> = {
  model: "the id of a bundle of this server",
  private_prompt: "a frame in base64",
  stream: "true or false",
  stream_options: "an object",
  max_tokens: "a whole number of at least 1",
  temperature: "a number from 0 to 2",
  top_p: "a number from 0 to 1",
  stop: `a string or at most ${MAX_STOPS} strings, each of 1 to ${MAX_STOP_LENGTH} characters`,
  seed: "a whole number",
  n: "1",
  user: "a string",
};

/** Strict base64 (RFC 4648 section 4, with padding): Buffer alone would skip over anything else. */
function fromBase64(text: string): Uint8Array {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) {
    throw new SottoError("invalid_request", "The field private_prompt is not valid: it must be a frame in base64.");
  }
  return new Uint8Array(Buffer.from(text, "base64"));
}
