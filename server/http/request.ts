/** Bodies of POST /v1/completions, /v1/chat/completions and /v1/classifications, checked: zod at the boundary, plain data behind it. */
import type { z } from "zod";
import { SottoError } from "../../src/core/errors.ts";
import {
  chatMessage,
  chatRequest,
  classificationRequest,
  completionRequest,
  MAX_MESSAGES,
  MAX_PARTS,
  MAX_STOP_LENGTH,
  MAX_STOPS,
} from "../../src/core/wire/api-requests.ts";
import type { Message } from "../chat.ts";
import type { CompletionRequest } from "../completion.ts";
import { messageWithoutUnsupported, withoutUnsupported } from "./unsupported.ts";

export interface CompletionBody {
  readonly model: string;
  readonly stream: boolean;
  readonly request: CompletionRequest;
}

export interface ChatBody {
  readonly model: string;
  readonly stream: boolean;
  /** Whether a streamed answer ends with a chunk that has the usage and no choice. */
  readonly includeUsage: boolean;
  readonly messages: readonly Message[];
  readonly request: Omit<CompletionRequest, "frame">;
}

export interface ClassificationBody {
  readonly model: string;
  readonly frame: Uint8Array;
}

/**
 * Check a parsed body of /v1/completions.
 * @throws SottoError `unsupported_field` naming a field of OpenAI's, `invalid_request` naming a field of ours
 */
export function parseCompletionBody(value: unknown): CompletionBody {
  const fields = withoutUnsupported(objectOf(value), Object.keys(completionRequest.shape));
  const body = check(completionRequest, fields);
  return {
    model: body.model,
    stream: body.stream ?? false,
    request: { ...optionsOf(body, body.max_tokens), frame: frameBytes(body.private_prompt, "private_prompt") },
  };
}

/**
 * Check a parsed body of /v1/chat/completions.
 * @throws SottoError `unsupported_field`, `invalid_request`
 */
export function parseChatBody(value: unknown): ChatBody {
  const fields = withoutUnsupported(objectOf(value), Object.keys(chatRequest.shape));
  if (Array.isArray(fields.messages) && fields.messages.length <= MAX_MESSAGES) {
    const known = Object.keys(chatMessage.shape);
    fields.messages = fields.messages.map((message) => messageWithoutUnsupported(message, known));
  }
  const body = check(chatRequest, fields);
  const { max_tokens: older, max_completion_tokens: newer } = body;
  if (older != null && newer != null && older !== newer)
    throw invalid("max_completion_tokens", "the same as max_tokens");
  return {
    model: body.model,
    stream: body.stream ?? false,
    includeUsage: body.stream_options?.include_usage ?? false,
    messages: body.messages.map(({ role, content }, i) => ({
      role: role === "developer" ? "system" : role,
      parts:
        typeof content === "string"
          ? [{ kind: "text", text: content }]
          : content.map((part, j) =>
              part.type === "text"
                ? { kind: "text", text: part.text }
                : { kind: "frame", bytes: frameBytes(part.frame, `messages.${i}.content.${j}.frame`) },
            ),
    })),
    request: optionsOf(body, newer ?? older),
  };
}

/**
 * Check a parsed body of /v1/classifications.
 * @throws SottoError `unsupported_field`, `invalid_request`
 */
export function parseClassificationBody(value: unknown): ClassificationBody {
  const fields = withoutUnsupported(objectOf(value), Object.keys(classificationRequest.shape));
  const body = check(classificationRequest, fields);
  return { model: body.model, frame: frameBytes(body.private_prompt, "private_prompt") };
}

function objectOf(value: unknown): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value) || value instanceof Uint8Array) {
    throw new SottoError("invalid_request", "The request's body must be a JSON object, or a map in CBOR.");
  }
  return value as Record<string, unknown>;
}

function check<T extends z.ZodType>(schema: T, fields: object): z.output<T> {
  for (const [name, value] of Object.entries(fields)) {
    // The schema of an object would list bytes one by one, as names that it does not know.
    if (name !== "private_prompt" && ArrayBuffer.isView(value))
      throw invalid(name, EXPECTED[name] ?? "of another type");
  }
  const parsed = schema.safeParse(fields);
  if (!parsed.success) throw describe(parsed.error.issues[0]);
  return parsed.data;
}

function optionsOf(
  body: Pick<z.output<typeof completionRequest>, "temperature" | "top_p" | "seed" | "stop">,
  maxTokens: number | null | undefined,
): Omit<CompletionRequest, "frame"> {
  const { stop } = body;
  return {
    maxTokens: maxTokens ?? undefined,
    sampling: { temperature: body.temperature ?? 0.8, topP: body.top_p ?? 0.95, seed: body.seed ?? undefined },
    stop: stop == null ? [] : typeof stop === "string" ? [stop] : stop,
  };
}

/** Built from names and types of the schema only: what the caller sent stays out of it. */
function describe(issue: z.core.$ZodIssue | undefined): SottoError {
  const field = issue?.path[0];
  if (field === "stream_options" && (issue?.code === "unrecognized_keys" || issue?.path[1] === "include_obfuscation")) {
    return new SottoError("unsupported_field", "This server does not support stream_options other than include_usage.");
  }
  const expected = field === undefined ? undefined : EXPECTED[String(field)];
  return invalid(issue === undefined ? "body" : issue.path.join("."), expected ?? "of another type");
}

function invalid(field: string, expected: string): SottoError {
  return new SottoError("invalid_request", `The field ${field} is not valid: it must be ${expected}.`);
}

const FRAME = "a frame in base64";
const COUNT = "a whole number of at least 1";

const EXPECTED: Readonly<Record<string, string>> = {
  model: "the id of a bundle of this server",
  private_prompt: FRAME,
  messages:
    `1 to ${MAX_MESSAGES} messages, each with a role (system, developer, user, assistant) and a content, which is ` +
    `a text or at most ${MAX_PARTS} parts of type text or private_frame`,
  stream: "true or false",
  stream_options: "an object",
  max_tokens: COUNT,
  max_completion_tokens: COUNT,
  temperature: "a number from 0 to 2",
  top_p: "a number from 0 to 1",
  stop: `a string or at most ${MAX_STOPS} strings, each of 1 to ${MAX_STOP_LENGTH} characters`,
  seed: "a whole number",
  n: "1",
  user: "a string",
  safety_identifier: "a string",
  prompt_cache_key: "a string",
  prompt_cache_retention: "a string",
  prompt_cache_options: "an object",
};

/** Bytes as they are; strict base64 (RFC 4648 section 4, with padding): Buffer alone would skip over anything else. */
function frameBytes(frame: string | Uint8Array, field: string): Uint8Array {
  if (typeof frame !== "string") return frame;
  if (frame.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(frame)) throw invalid(field, FRAME);
  return new Uint8Array(Buffer.from(frame, "base64"));
}
