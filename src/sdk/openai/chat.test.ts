import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { accountantOfEntries, counting } from "../../core/accounting/ledger/spent.ts";
import { fromBase64 } from "../../core/wire/base64.ts";
import { decodeFrame } from "../../core/wire/frame.ts";
import { localAttack } from "../../engine/attack/local-attack.ts";
import type { Engine } from "../../engine/engine.ts";
import { createLocalEngine } from "../../engine/local-engine.ts";
import type { Ledger } from "../../storage/ledger.ts";
import { memoryLedger } from "../../storage/ledger-memory.ts";
import { clientOver } from "../client.ts";
import { privacyCost } from "../cost.ts";
import { openFolder } from "../index.node.ts";
import type { ChatCompletionMessageParam, Client } from "../types.ts";

type SentPart =
  { readonly type: "text"; readonly text: string } | { readonly type: "private_frame"; readonly frame: string };
interface Sent {
  readonly model: string;
  readonly stream: boolean;
  readonly max_tokens?: number;
  readonly messages: readonly { readonly role: string; readonly content: readonly SentPart[] }[];
}

const server = "http://localhost:8787";
const REPLY = " She ran to the hill.";
const base = { id: "chatcmpl-1", created: 1, model: "demo-stories" };
let engine: Engine;
let ledger: Ledger;
let client: Client;
let sent: Sent[];
let headers: Headers[];

beforeAll(async () => {
  engine = createLocalEngine(await openFolder("bundles/demo-stories"));
});
beforeEach(() => {
  ledger = memoryLedger();
  client = clientOver(engine, server, ledger, localAttack(), { preset: "light", apiKey: "key-of-alice" });
  [sent, headers] = [[], []];
  vi.stubGlobal("fetch", async (url: URL, init: RequestInit) => {
    headers.push(new Headers(init.headers));
    if (init.signal?.aborted) throw init.signal.reason;
    if (url.pathname === "/v1/models") return Response.json({ object: "list", data: [] });
    const body = JSON.parse(init.body as string) as Sent;
    sent.push(body);
    return body.stream ? new Response(streamOf(REPLY)) : Response.json(wholeOf(REPLY));
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

function wholeOf(content: string) {
  const choice = {
    index: 0,
    message: { role: "assistant", content, refusal: null },
    finish_reason: "stop",
    logprobs: null,
  };
  const usage = { prompt_tokens: 5, completion_tokens: 6, total_tokens: 11 };
  return { ...base, object: "chat.completion", choices: [choice], usage };
}

function streamOf(content: string): string {
  const chunk = (delta: object, finish_reason: string | null = null) =>
    `data: ${JSON.stringify({ ...base, object: "chat.completion.chunk", choices: [{ index: 0, delta, finish_reason, logprobs: null }] })}\n\n`;
  const pieces = content.match(/.{1,5}/g) ?? [];
  return [
    chunk({ role: "assistant", content: "" }),
    ...pieces.map((piece) => chunk({ content: piece })),
    chunk({}, "stop"),
    "data: [DONE]\n\n",
  ].join("");
}

const spent = async () => accountantOfEntries(counting(await ledger.rows(), { server })).bits();
const costOf = (tokens: number) => privacyCost(client.bundle, "light", tokens, 1e-5, "message").bits;
const tokensOf = async (text: string) => (await client.tokenize(text)).length;
const user = (content: ChatCompletionMessageParam["content"]): ChatCompletionMessageParam => ({
  role: "user",
  content,
});
const create = (messages: readonly ChatCompletionMessageParam[], signal?: AbortSignal) =>
  client.chat.completions.create({ messages }, signal && { signal });

describe("a chat completion", () => {
  it("sends a string as levels and never as text, and gives OpenAI's object", async () => {
    const params = { messages: [user("The little fox")], max_tokens: 9 };
    const completion = await client.chat.completions.create(params);
    expect(completion.choices[0].message.content).toBe(REPLY);
    expect(completion.usage.total_tokens).toBe(11);
    expect(JSON.stringify(sent)).not.toContain("fox");
    expect(sent[0]).toMatchObject({ model: "demo-stories", stream: false, max_tokens: 9 });
    const [part] = sent[0]?.messages[0]?.content ?? [];
    if (part?.type !== "private_frame") throw new Error("no frame");
    const frame = decodeFrame(fromBase64(part.frame));
    expect(frame.bundle).toBe(client.digest);
    expect(frame.segments).toMatchObject([
      { kind: "levels", preset: "light", tokens: await tokensOf("The little fox") },
    ]);
  });

  it("streams chunks, which a loop may leave", async () => {
    const stream = await client.chat.completions.create({ messages: [user("The little fox")], stream: true });
    let text = "";
    for await (const { choices } of stream) text += choices[0]?.delta.content ?? "";
    expect(text).toBe(REPLY);
    const left = await client.chat.completions.create({ messages: [user("The little fox")], stream: true });
    for await (const { choices } of left) if (choices[0]?.delta.content !== "") break;
    expect(await left[Symbol.asyncIterator]().next()).toEqual({ done: true, value: undefined });
  });

  it("charges a message's private tokens in one draw before it leaves, and nothing for public text", async () => {
    const parts = [
      { type: "public_text", text: "Tell a story about " },
      { type: "text", text: "Ottilie", preset: "strict" },
      { type: "text", text: " and her ring" },
    ] as const;
    await create([user(parts)]);
    expect(sent[0]?.messages[0]?.content.map((part) => part.type)).toEqual(["text", "private_frame", "private_frame"]);
    const rows = (await ledger.rows()).map(({ entry }) => entry);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      charges: [
        { preset: "strict", tokens: await tokensOf("Ottilie") },
        { preset: "light", tokens: await tokensOf(" and her ring") },
      ],
      publicTokens: await tokensOf("Tell a story about "),
    });
  });

  it("sends nothing, and charges nothing, where a budget refuses", async () => {
    await ledger.setBudgets([{ scope: "message", unit: "bits", limit: 1, delta: 1e-5 }]);
    await expect(create([user("The little fox")])).rejects.toMatchObject({ code: "budget_exceeded" });
    expect([sent, await spent()]).toEqual([[], 0]);
  });

  it("takes the key of the client", async () => {
    await create([user("The fox")]);
    await client.models.list();
    expect(headers.map((one) => one.get("authorization"))).toEqual(["Bearer key-of-alice", "Bearer key-of-alice"]);
  });

  it("does nothing once its signal is aborted", async () => {
    await expect(create([user("The fox")], AbortSignal.abort())).rejects.toMatchObject({ code: "aborted" });
    expect([sent, await spent()]).toEqual([[], 0]);
  });
});

describe("messages that were sent before", () => {
  it("go again as the same bytes and cost nothing", async () => {
    await create([user("The little fox")]);
    const before = await spent();
    await create([user("The little fox")]);
    expect(sent[1]?.messages).toEqual(sent[0]?.messages);
    expect(await spent()).toBe(before);
  });

  it("are drawn once though they are asked for twice at once", async () => {
    await Promise.all([create([user("The little fox")]), create([user("The little fox")])]);
    expect(sent[1]?.messages).toEqual(sent[0]?.messages);
    expect(await ledger.rows()).toHaveLength(1);
  });

  it("go again below the next turn, which costs its new text; what the server said is public", async () => {
    await create([user("The little fox")]);
    const before = await spent();
    await create([user("The little fox"), { role: "assistant", content: REPLY.trim() }, user(" Then it rained")]);
    expect(sent[1]?.messages[0]).toEqual(sent[0]?.messages[0]);
    expect(sent[1]?.messages[1]?.content).toEqual([{ type: "text", text: REPLY.trim() }]);
    expect(await spent()).toBeCloseTo(before + costOf(await tokensOf(" Then it rained")), 9);
  });

  it("are none of another conversation, though it has the same words further down", async () => {
    await create([user("The little fox")]);
    await create([user("Once"), { role: "assistant", content: "upon" }, user("The little fox")]);
    const frames = sent.map(({ messages }) => messages.at(-1)?.content);
    expect(frames[1]).not.toEqual(frames[0]);
  });

  it("are private where the server did not say them, whoever they are put down to", async () => {
    await create([user("Once"), { role: "assistant", content: "my name is Ottilie" }, user(" and")]);
    expect(sent[0]?.messages[1]?.content[0]?.type).toBe("private_frame");
    expect(JSON.stringify(sent)).not.toContain("Ottilie");
  });

  it("do not count as sent where the ledger refused them", async () => {
    await ledger.setBudgets([{ scope: "message", unit: "bits", limit: 1, delta: 1e-5 }]);
    await expect(create([user("The little fox")])).rejects.toMatchObject({ code: "budget_exceeded" });
    await ledger.setBudgets([]);
    await create([user("The little fox")]);
    expect(await spent()).toBeCloseTo(costOf(await tokensOf("The little fox")), 9);
  });
});

describe("what is refused before anything is drawn", () => {
  const cases: [string, object, string][] = [
    ["tools", { tools: [{ type: "function" }] }, "unsupported_field"],
    ["n above 1", { n: 2 }, "unsupported_field"],
    ["another model", { model: "gpt" }, "invalid_request"],
    ["a temperature that is none", { temperature: 9 }, "invalid_request"],
    ["an unknown preset", { preset: "lavish" }, "unknown_preset"],
    ["no messages", { messages: [] }, "invalid_request"],
    ["messages without a word", { messages: [user("")] }, "empty_prompt"],
    ["an image", { messages: [user([{ type: "image_url" } as never])] }, "unsupported_field"],
    ["a tool's message", { messages: [{ role: "tool", content: "x" }] }, "unsupported_field"],
    ["a message's name", { messages: [{ role: "user", content: "x", name: "y" }] }, "unsupported_field"],
    ["a last message of the model's", { messages: [{ role: "assistant", content: "x" }] }, "invalid_request"],
    ["a text that is none", { messages: [user([{ type: "text", text: 5 as never }])] }, "invalid_request"],
    ["a prompt that is too long", { messages: [user("fox ".repeat(600))] }, "prompt_too_long"],
    ["a reply that is too long", { max_tokens: 500 }, "context_length_exceeded"],
  ];

  it.each(cases)("%s", async (_, params, code) => {
    const asked = client.chat.completions.create({ messages: [user("The fox")], ...params });
    await expect(asked).rejects.toMatchObject({ name: "SottoError", code });
    expect([sent, await spent()]).toEqual([[], 0]);
  });

  it("names the field, and no word that may be the person's", async () => {
    const asked = client.chat.completions.create({ messages: [user("x")], logit_bias: { 1: 2 } } as never);
    await expect(asked).rejects.toThrow("logit_bias");
    const odd = client.chat.completions.create({ messages: [user("x")], "My secret": 1 } as never);
    await expect(odd).rejects.not.toThrow("secret");
  });

  it("takes null for a field that is not given", async () => {
    const nothing = { tools: null, temperature: null, stop: null, max_tokens: null };
    await client.chat.completions.create({ messages: [user("The fox")], ...nothing });
    expect(Object.keys(sent[0] ?? {}).sort()).toEqual(["messages", "model", "stream"]);
  });
});
