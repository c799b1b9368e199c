/**
 * Fields of OpenAI's interface, and of engines that speak it, which this server does not have. Ignoring them would answer
 * another question than the one that was asked, so they are refused by name, unless their value asks for nothing.
 */
import { SottoError } from "../../src/core/errors.ts";

/** By field, the values that ask for nothing: what is the default, or all this server does anyway. */
const UNSUPPORTED: Readonly<Record<string, readonly unknown[]>> = {
  prompt: ["", [], null],
  prompt_embeds: [[], null],
  private_prompt: [null],
  messages: [[], null],
  input: ["", [], null],
  best_of: [1, null],
  echo: [false, null],
  logprobs: [false, null],
  top_logprobs: [0, null],
  logit_bias: [{}, null],
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
  response_format: [{ type: "text" }, {}, null],
  tools: [[], null],
  // Without tools there is none to choose, and none to call at once.
  tool_choice: ["none", "auto", null],
  parallel_tool_calls: [true, false, null],
  functions: [[], null],
  function_call: ["none", "auto", null],
  modalities: [["text"], [], null],
  audio: [{}, null],
  moderation: [null],
  prediction: [{}, null],
  reasoning_effort: ["none", null],
  service_tier: ["auto", "default", null],
  store: [false, null],
  metadata: [{}, null],
  verbosity: ["medium", null],
  // Not {}, which asks for a search with all of its options left alone.
  web_search_options: [null],
  add_generation_prompt: [true, null],
  continue_final_message: [false, null],
  chat_template: ["", null],
};

/** The same for a message of a chat. */
const UNSUPPORTED_IN_MESSAGE: Readonly<Record<string, readonly unknown[]>> = {
  name: ["", null],
  audio: [{}, null],
  tool_calls: [[], null],
  tool_call_id: ["", null],
  function_call: [{}, null],
  annotations: [[], null],
  reasoning_content: ["", null],
};

const ROLES = ["tool", "function"];
const PARTS = ["image_url", "input_audio", "file", "refusal", "input_text", "input_image"];

/** Fields in which other servers take the prompt. */
const PROMPTS = ["prompt", "private_prompt", "messages", "input"];

/**
 * The body with what asks for nothing left out. `known` are the fields of the route.
 * @throws SottoError `unsupported_field`, naming a field of OpenAI's and no other
 */
export function withoutUnsupported(
  body: Readonly<Record<string, unknown>>,
  known: readonly string[],
): Record<string, unknown> {
  const kept = without(body, known, UNSUPPORTED, "");
  if (kept.n != null && kept.n !== 1) {
    throw new SottoError("unsupported_field", "This server does not support n above 1.");
  }
  return kept;
}

/**
 * The same for a message of a chat; what is no message is left to the schema, bytes as null, since it would list them.
 * @throws SottoError `unsupported_field`
 */
export function messageWithoutUnsupported(message: unknown, known: readonly string[]): unknown {
  if (!isObject(message)) return ArrayBuffer.isView(message) ? null : message;
  if (ROLES.includes(message.role as string)) {
    throw new SottoError("unsupported_field", `This server does not support messages of role ${String(message.role)}.`);
  }
  for (const part of Array.isArray(message.content) ? message.content : []) {
    const type: unknown = isObject(part) ? part.type : undefined;
    if (PARTS.includes(type as string)) {
      throw new SottoError("unsupported_field", `This server does not support content parts of type ${String(type)}.`);
    }
  }
  return without(message, known, UNSUPPORTED_IN_MESSAGE, " in a message");
}

function without(
  value: Readonly<Record<string, unknown>>,
  known: readonly string[],
  unsupported: typeof UNSUPPORTED,
  where: string,
): Record<string, unknown> {
  const kept: [string, unknown][] = [];
  for (const [name, given] of Object.entries(value)) {
    if (known.includes(name)) {
      kept.push([name, given]);
      continue;
    }
    if (!Object.hasOwn(unsupported, name)) {
      // The name is the caller's, so it is not repeated.
      throw new SottoError(
        "unsupported_field",
        `The request has a field${where} this server does not know. It knows ${known.join(", ")}.`,
      );
    }
    if (unsupported[name]!.some((nothing) => isSame(given, nothing))) continue;
    const hint = where === "" && PROMPTS.includes(name) ? hintFor(known) : "";
    throw new SottoError("unsupported_field", `This server does not support ${name}${where}.${hint}`);
  }
  return Object.fromEntries(kept);
}

function hintFor(known: readonly string[]): string {
  return known.includes("messages")
    ? " Frames go into messages, as parts of type private_frame."
    : " The prompt goes into private_prompt, as a base64 frame.";
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}

/**
 * Whether a value is one of the few above. It may be as long as a body: of a list the length comes first. An object's keys are there
 * already, but a byte string's would be made to be listed, many times its size; it is no object here.
 */
function isSame(given: unknown, expected: unknown): boolean {
  if (Array.isArray(expected)) {
    if (!Array.isArray(given) || given.length !== expected.length) return false;
    return expected.every((element, i) => isSame(given[i], element));
  }
  if (!isObject(expected)) return given === expected;
  if (!isObject(given)) return false;
  for (const name in given) {
    if (!Object.hasOwn(expected, name) || !isSame(given[name], expected[name])) return false;
  }
  return Object.keys(expected).every((name) => Object.hasOwn(given, name));
}
