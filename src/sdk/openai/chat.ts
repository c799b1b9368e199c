/** `POST /v1/chat/completions` with private text: release, charge, send, in OpenAI's shapes. */
import { findPreset, type Manifest } from "../../core/bundle/manifest.ts";
import { SottoError } from "../../core/errors.ts";
import { chatCompletion, chatCompletionChunk, type ChatCompletionChunk } from "../../core/wire/api.ts";
import { chatRequest, type ChatRequestBody } from "../../core/wire/api-requests.ts";
import { toBase64 } from "../../core/wire/base64.ts";
import { encodeFrame } from "../../core/wire/frame.ts";
import { turns } from "../../engine/turns.ts";
import { asking, askJson, eventsOf } from "../http.ts";
import type { Client, Draw, PromptToken, Release } from "../types.ts";
import { refuseOthers } from "./fields.ts";
import { chatMemory, type SentMessage } from "./memory.ts";
import { settleMessages, type SettledMessage, type SettledPart } from "./messages.ts";
import type {
  Chat,
  ChatCompletion,
  ChatCompletionCreateParams,
  ChatCompletions,
  ChatCompletionStream,
  RequestOptions,
} from "./types.ts";

/** What a chat is made of: a client's release and ledger, and where its server is. */
export interface ChatParts extends Pick<Client, "server" | "release"> {
  readonly manifest: Manifest;
  readonly charge: (sent: Pick<Release, "bundle" | "draws">) => Promise<void>;
  readonly tokenize: (parts: readonly SettledPart[]) => Promise<readonly PromptToken[]>;
  readonly digest: string;
  readonly preset: string | undefined;
  readonly apiKey: string | undefined;
}

/** Fields of OpenAI's that go on to the server as they are. */
const SAMPLING = ["max_tokens", "max_completion_tokens", "temperature", "top_p", "stop", "seed", "n"] as const;
const FIELDS = ["messages", "model", "preset", "stream", "stream_options", ...SAMPLING];

export function chatOver(parts: ChatParts): Chat {
  const { server, manifest, digest, release, charge, tokenize, apiKey } = parts;
  const memory = chatMemory();
  // One after the other: two requests with the same new message at once must not draw it twice.
  const inTurn = turns();

  /** Refuse what the server could only refuse, before anything is drawn. */
  async function checkRoom(messages: readonly SettledMessage[], reply: number | null): Promise<void> {
    const { contextLength } = manifest.model;
    const tokens = (await tokenize(messages.flatMap((message) => message.parts))).length + manifest.softPromptTokens;
    if (tokens === manifest.softPromptTokens) {
      throw new SottoError("empty_prompt", "There is nothing to send: the messages hold no token.");
    }
    if (tokens + (reply ?? 1) <= contextLength) return;
    const sentence = `Messages and reply have ${tokens + (reply ?? 1)} tokens; this model has room for ${contextLength}.`;
    throw new SottoError(reply === null ? "prompt_too_long" : "context_length_exceeded", sentence);
  }

  /** How every message goes: those that were sent before as they were, what is private of the others in one draw. */
  async function drawn(messages: readonly SettledMessage[]): Promise<SentMessage[]> {
    const before = memory.sent(messages);
    const fresh = messages.slice(before.length);
    const segments = fresh.flatMap((message) => message.parts);
    if (!segments.some(({ kind }) => kind === "private")) {
      return [...before, ...fresh.map(() => ({ frames: [], draws: [] }))];
    }
    const one = await release(segments, manifest.presets[0]?.name);
    const frames = one.segments.map((levels) =>
      toBase64(encodeFrame({ bundle: digest, segments: [{ kind: "levels", ...levels, coding: "entropy" }] })),
    );
    if (frames.length !== segments.filter(({ kind }) => kind === "private").length) {
      throw new SottoError("empty_prompt", "A private part of the messages holds no token.");
    }
    const sent = fresh.map((message) => {
      const own = frames.splice(0, message.parts.filter(({ kind }) => kind === "private").length);
      return { frames: own, draws: own.length === 0 ? [] : one.draws };
    });
    return [...before, ...sent];
  }

  /** Release and charge. From here on the messages count as sent. */
  async function bodyOf(params: ChatCompletionCreateParams, messages: readonly SettledMessage[]): Promise<string> {
    await checkRoom(messages, params.max_completion_tokens ?? params.max_tokens ?? null);
    const sent = await drawn(messages);
    const body: ChatRequestBody = {
      model: manifest.id,
      stream: params.stream === true,
      messages: messages.map(({ role, parts: own }, i) => ({ role, content: contentOf(own, sent[i]?.frames ?? []) })),
      ...Object.fromEntries(SAMPLING.flatMap((name) => (params[name] == null ? [] : [[name, params[name]]]))),
      ...(params.stream === true && params.stream_options != null && { stream_options: { ...params.stream_options } }),
    };
    checkBody(body);
    await charge({ bundle: digest, draws: distinct(sent.flatMap(({ draws }) => draws)) });
    memory.keep(messages, sent);
    return JSON.stringify(body);
  }

  async function create(params: ChatCompletionCreateParams, { signal }: RequestOptions = {}) {
    refuseOthers(params, FIELDS, "a chat completion");
    if (params.model != null && params.model !== manifest.id) {
      throw new SottoError(
        "invalid_request",
        `This client speaks to ${manifest.id}; another model needs another client.`,
      );
    }
    if (params.n != null && params.n !== 1) {
      throw new SottoError("unsupported_field", "Sotto does not support n above 1.");
    }
    const presetOf = (named: string | undefined) => presetName(manifest, named ?? params.preset ?? parts.preset);
    const messages = settleMessages(params.messages, presetOf, (before, text) => memory.said(before, text));
    stopIfAborted(signal);
    const body = await inTurn(() => bodyOf(params, messages));
    stopIfAborted(signal);
    const hear = memory.hear(messages);
    const ask = { server, path: "/v1/chat/completions", body, apiKey } as const;
    if (params.stream === true) {
      return streamed(hear, signal, (own) =>
        asking({ ...ask, accept: "text/event-stream" }, own, (answer) => eventsOf(answer, chatCompletionChunk)),
      );
    }
    const whole: ChatCompletion = await askJson({ ...ask, accept: "application/json" }, chatCompletion, signal);
    hear(whole.choices[0].message.content);
    return whole;
  }

  return { completions: { create: create as ChatCompletions["create"] } };
}

/** A stream whose request has been answered: refusals are thrown by `create`, as by OpenAI's client. */
async function streamed(
  hear: (piece: string) => void,
  signal: AbortSignal | undefined,
  open: (signal: AbortSignal) => AsyncGenerator<ChatCompletionChunk, void, undefined>,
): Promise<ChatCompletionStream> {
  const controller = new AbortController();
  const chunks = open(signal === undefined ? controller.signal : AbortSignal.any([signal, controller.signal]));
  const first = await chunks.next();
  async function* all() {
    try {
      for (let next = first; !next.done; next = await chunks.next()) {
        hear(next.value.choices[0]?.delta.content ?? "");
        yield next.value;
      }
    } finally {
      await chunks.return();
    }
  }
  const once = all();
  return { controller, [Symbol.asyncIterator]: () => once };
}

function contentOf(
  parts: readonly SettledPart[],
  frames: readonly string[],
): ChatRequestBody["messages"][number]["content"] {
  let next = 0;
  return parts.map((part) =>
    part.kind === "public"
      ? { type: "text" as const, text: part.text }
      : { type: "private_frame" as const, frame: frames[next++] ?? "" },
  );
}

/** @throws SottoError `invalid_request`, naming the field, before anything is charged */
function checkBody(body: ChatRequestBody): void {
  const parsed = chatRequest.safeParse(body);
  if (parsed.success) return;
  const at = parsed.error.issues[0]?.path.join(".") ?? "";
  throw new SottoError("invalid_request", `${at === "" ? "The request" : at} is not what it may be.`);
}

/** @throws SottoError `unknown_preset` */
function presetName(manifest: Manifest, name: string | undefined): string {
  if (name !== undefined) return findPreset(manifest, name).name;
  const names = manifest.presets.map((one) => one.name).join(", ");
  throw new SottoError("unknown_preset", `Name a preset, in the call or when the client is made: ${names}.`);
}

function distinct(draws: readonly Draw[]): Draw[] {
  return [...new Map(draws.map((draw) => [draw.id, draw])).values()];
}

function stopIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new SottoError("aborted", "Stopped.", { cause: signal.reason });
}
