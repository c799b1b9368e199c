/** Whatever goes wrong, the caller gets `{error: {message, type, code, param}}` and nothing of the request comes back in it. */
import type { FastifyError, FastifyInstance, FastifyReply } from "fastify";
import { SottoError, type ErrorCode } from "../../src/core/errors.ts";
import type { Failure } from "../../src/core/wire/api.ts";

/** Codes with a status of their own; a bad frame or field is 400, and any code that is missing here is the server's fault. */
const STATUS: Partial<Record<ErrorCode, number>> = {
  frame_truncated: 400,
  frame_trailing_bytes: 400,
  frame_bad_magic: 400,
  frame_unknown_version: 400,
  frame_unknown_segment: 400,
  frame_invalid: 400,
  frame_too_large: 413,
  non_finite_activation: 400,
  bundle_not_found: 404,
  bundle_mismatch: 409,
  unknown_preset: 400,
  token_out_of_range: 400,
  empty_prompt: 400,
  public_tokens_unsupported: 400,
  task_unsupported: 400,
  context_length_exceeded: 400,
  chat_template_missing: 400,
  invalid_request: 400,
  unsupported_field: 400,
  not_found: 404,
  // Nobody is there to read it; the number is for the log (nginx's "client closed request").
  aborted: 499,
  engine_closed: 503,
  upstream_unavailable: 503,
  upstream_rejected: 502,
  upstream_failed: 502,
  engine_timeout: 504,
  server_busy: 429,
  rate_limited: 429,
  invalid_api_key: 401,
};

/** What the framework refuses before a route is reached, by status. */
const REFUSALS: Record<number, [ErrorCode, string]> = {
  404: ["not_found", "There is nothing here."],
  403: ["not_found", "There is nothing here."],
  408: ["invalid_request", "The request took too long to arrive."],
  413: ["frame_too_large", "The request is larger than this server takes."],
  414: ["invalid_request", "The address is too long."],
  415: ["invalid_request", "The request's body must be application/json or application/cbor."],
  416: ["invalid_request", "The file has no such range."],
  431: ["invalid_request", "The request's headers are too large."],
};

/** Codes after which the same request may succeed later. The upstream of `upstream_failed` may be back, as one that cannot be reached. */
const PASSING: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "server_busy",
  "rate_limited",
  "engine_closed",
  "upstream_unavailable",
  "upstream_failed",
]);

/** What a caller can be answered: status and code, each pair once. `aborted` is not among them, since its caller has gone. */
export function answerable(): (readonly [status: number, code: ErrorCode])[] {
  const own = Object.entries(STATUS) as [ErrorCode, number][];
  const all = [
    ...own.filter(([code]) => code !== "aborted").map(([code, status]) => [status, code] as const),
    ...Object.keys(REFUSALS)
      .map((status) => refusal(Number(status)))
      .map(pairOf),
    pairOf(toFailure(undefined)),
  ];
  return [...new Map(all.map((pair) => [pair.join(" "), pair])).values()];
}

const pairOf = ({ status, body }: HttpFailure) => [status, body.error.code as ErrorCode] as const;

export interface HttpFailure {
  readonly status: number;
  readonly body: Failure;
}

/** The answer to a failure. Messages of other libraries may quote the request, so none of them is passed on. */
export function toFailure(error: unknown): HttpFailure {
  if (error instanceof SottoError) {
    const status = STATUS[error.code];
    if (status !== undefined) return failure(status, error.code, error.message);
  } else {
    const status = (error as Partial<FastifyError> | null)?.statusCode;
    if (status !== undefined && status >= 400 && status < 500) return refusal(status);
  }
  return failure(500, "internal_error", "Something failed inside the server. The request was not the reason.");
}

/** The answer the framework's own refusals are turned into. */
export function refusal(status: number): HttpFailure {
  const [code, message] = REFUSALS[status] ?? ["invalid_request", "The request is not valid HTTP or not valid JSON."];
  return failure(code === "not_found" ? 404 : status, code, message);
}

/**
 * Send a failure as JSON. OpenAI's clients send a request again after 408, 409, 429 and any 5xx, by default twice. Where that cannot
 * help, `x-should-retry`, which they obey, says so: else a frame of another bundle would arrive three times.
 */
export function sendFailure(reply: FastifyReply, { status, body }: HttpFailure): FastifyReply {
  if (status !== 408 && !PASSING.has(body.error.code as ErrorCode)) void reply.header("x-should-retry", "false");
  if ((status === 503 || status === 429) && !reply.hasHeader("retry-after")) void reply.header("retry-after", "1");
  return reply.code(status).header("cache-control", "no-store").type("application/json; charset=utf-8").send(body);
}

/** Install the one error handler. `report` is told of failures that are the server's own. */
export function registerErrors(app: FastifyInstance, report: (error: unknown) => void): void {
  app.setErrorHandler((error, _request, reply) => {
    const answer = toFailure(error);
    if (answer.status === 500 || answer.status === 502) report(error);
    return sendFailure(reply, answer);
  });
}

function failure(status: number, code: ErrorCode, message: string): HttpFailure {
  const type = status >= 500 ? "server_error" : "invalid_request_error";
  return { status, body: { error: { message, type, code, param: null } } };
}
