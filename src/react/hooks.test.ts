import { readFileSync } from "node:fs";
import { act } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { privacyCost } from "../sdk/cost.ts";
import type { Client, LeakReading } from "../sdk/types.ts";
import { fakeClient, type FakeClient } from "./testing/fake-client.ts";
import { renderHook } from "./testing/render-hook.ts";
import { useMeter, type MeterOptions } from "./useMeter.ts";
import { usePreview, type PreviewHookOptions } from "./usePreview.ts";
import { usePrivateChat } from "./usePrivateChat.ts";

const bundle = JSON.parse(readFileSync("bundles/demo-stories/manifest.json", "utf8")) as Client["bundle"];
let fake: FakeClient;

beforeEach(() => {
  vi.useFakeTimers();
  fake = fakeClient(bundle);
});
afterEach(() => {
  vi.useRealTimers();
});

const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));
const soon = (work: () => unknown) =>
  act(async () => {
    work();
  });

describe("useMeter", () => {
  interface Props {
    readonly client: Client | null;
    readonly text: string;
    readonly options?: MeterOptions;
  }
  const meter = (props: Props) =>
    renderHook(({ client, text, options }: Props) => useMeter(client, text, options), props);

  it("says what the text would cost once it rests, and draws nothing", async () => {
    const hook = await meter({ client: fake.client, text: "one two three" });
    expect(hook.current()).toMatchObject({ tokens: 0, pending: true });
    await pass(150);
    const { bits, epsilon } = privacyCost(bundle, "light", 3, 1e-5, "message");
    const token = privacyCost(bundle, "light", 1, 1e-5, "token");
    expect(hook.current()).toEqual({
      tokens: 3,
      fresh: 3,
      bits,
      epsilon,
      tokenEpsilon: token.epsilon,
      delta: 1e-5,
      pending: false,
      error: null,
    });
    expect([fake.previews, fake.chats]).toEqual([[], []]);
  });

  it("counts once for many changes, and shows the last figures meanwhile", async () => {
    const hook = await meter({ client: fake.client, text: "one" });
    await pass(150);
    for (const text of ["one t", "one tw", "one two"]) {
      await hook.rerender({ client: fake.client, text });
      await pass(100);
      expect(hook.current()).toMatchObject({ tokens: 1, pending: true });
    }
    await pass(100);
    expect(hook.current()).toMatchObject({ tokens: 2, pending: false });
    expect(new Set(fake.tokenized)).toEqual(new Set(["one", "one two"]));
  });

  it("costs less at a stricter preset", async () => {
    const hook = await meter({ client: fake.client, text: "one two" });
    await pass(150);
    const { bits } = hook.current();
    await hook.rerender({ client: fake.client, text: "one two", options: { preset: "strict" } });
    await pass(150);
    expect(hook.current().bits).toBeLessThan(bits);
  });

  it("waits for a client, and says what went wrong", async () => {
    const hook = await meter({ client: null, text: "refused" });
    await pass(150);
    expect(hook.current()).toMatchObject({ tokens: 0, pending: false, error: null });
    await hook.rerender({ client: fake.client, text: "refused" });
    await pass(150);
    expect(hook.current()).toMatchObject({ pending: false, error: new Error("refused") });
    await hook.rerender({ client: fake.client, text: "one" });
    await pass(150);
    expect(hook.current()).toMatchObject({ tokens: 1, pending: false, error: null });
  });
});

describe("usePreview", () => {
  interface Props {
    readonly text: string;
    readonly options?: PreviewHookOptions;
  }
  const preview = (props: Props) =>
    renderHook(({ text, options }: Props) => usePreview(fake.client, text, options), props);
  const reading = (attacker: LeakReading["attacker"]): LeakReading => ({
    attacker,
    attackers: ["nearest", "bayes", "sequence"],
    draws: 8,
    tokens: [],
    bitsGained: null,
  });

  it("looks when the text rests, and shows each reading as it comes", async () => {
    const hook = await preview({ text: "one" });
    expect(hook.current().status).toBe("waiting");
    await pass(600);
    expect(hook.current().status).toBe("reading");
    const asked = fake.previews.at(-1)!;
    expect(asked.question).toBe("one");
    await soon(() => asked.give(reading("nearest")));
    expect(hook.current()).toMatchObject({ status: "reading", readings: [reading("nearest")] });
    await soon(() => asked.give(reading("bayes")));
    await soon(() => asked.end());
    expect(hook.current()).toMatchObject({ status: "done", readings: [reading("nearest"), reading("bayes")] });
  });

  it("aborts what is under way when the text changes, and when it goes", async () => {
    const hook = await preview({ text: "one" });
    await pass(600);
    const first = fake.previews.at(-1)!;
    await soon(() => first.give(reading("nearest")));
    await hook.rerender({ text: "one two" });
    expect(first.signal?.aborted).toBe(true);
    expect(hook.current()).toMatchObject({ status: "waiting", readings: [reading("nearest")], error: null });
    await pass(600);
    const second = fake.previews.at(-1)!;
    expect(second.signal?.aborted).toBe(false);
    await hook.unmount();
    expect(second.signal?.aborted).toBe(true);
  });

  it("says what went wrong", async () => {
    const hook = await preview({ text: "one" });
    await pass(600);
    await soon(() => fake.previews.at(-1)!.fail(new Error("lost")));
    expect(hook.current()).toMatchObject({ status: "failed", error: new Error("lost") });
  });

  it("leaves an empty text alone, and any where it is told to", async () => {
    const hook = await preview({ text: "" });
    await pass(600);
    expect(hook.current().status).toBe("idle");
    await hook.rerender({ text: "one", options: { enabled: false } });
    await pass(600);
    expect(hook.current().status).toBe("idle");
    expect(fake.previews).toEqual([]);
  });
});

describe("usePrivateChat", () => {
  const chat = (client: Client | null = fake.client) =>
    renderHook((props: { client: Client | null }) => usePrivateChat({ ...props, preset: "strict" }), { client });
  type Chat = Awaited<ReturnType<typeof chat>>;
  const shown = (hook: Chat) => hook.current().messages.map(({ role, content }) => [role, content]);

  /** Send a text and have it answered. */
  async function say(hook: Chat, text: string, ...pieces: string[]) {
    await soon(() => void hook.current().send(text));
    for (const piece of pieces) await soon(() => fake.chats.at(-1)!.give(piece));
    await soon(() => fake.chats.at(-1)!.end());
  }

  it("sends a message at the preset, and shows the reply as it arrives", async () => {
    const hook = await chat();
    await soon(() => void hook.current().send("Once"));
    expect(hook.current().status).toBe("streaming");
    expect(fake.chats[0]?.question).toEqual({
      messages: [{ role: "user", content: "Once" }],
      preset: "strict",
      stream: true,
    });
    await soon(() => fake.chats[0]!.give(" upon"));
    expect(shown(hook).at(-1)).toEqual(["assistant", " upon"]);
    await soon(() => fake.chats[0]!.give(" a time"));
    await soon(() => fake.chats[0]!.end());
    expect(hook.current()).toMatchObject({ status: "ready", error: null });
    expect(shown(hook)).toEqual([
      ["user", "Once"],
      ["assistant", " upon a time"],
    ]);
  });

  it("is releasing until the server has taken the message", async () => {
    const create = (): Promise<never> => new Promise(() => undefined);
    const hook = await chat({ ...fake.client, chat: { completions: { create } } });
    await soon(() => void hook.current().send("Once"));
    expect(hook.current().status).toBe("releasing");
    expect(shown(hook)).toEqual([["user", "Once"]]);
  });

  it("goes on from all before, under ids that stay", async () => {
    const hook = await chat();
    await say(hook, "Once", " upon");
    const ids = hook.current().messages.map(({ id }) => id);
    await say(hook, " a", " time");
    expect(fake.chats[1]?.question.messages.map(({ content }) => content)).toEqual(["Once", " upon", " a"]);
    expect(
      hook
        .current()
        .messages.slice(0, 2)
        .map(({ id }) => id),
    ).toEqual(ids);
    expect(new Set(hook.current().messages.map(({ id }) => id)).size).toBe(4);
  });

  it("asks for another reply with the very same messages", async () => {
    const hook = await chat();
    await say(hook, "Once", " upon");
    await soon(() => void hook.current().regenerate());
    expect(fake.chats[1]?.question).toEqual(fake.chats[0]?.question);
    await soon(() => fake.chats[1]!.give(" more"));
    await soon(() => fake.chats[1]!.end());
    expect(shown(hook)).toEqual([
      ["user", "Once"],
      ["assistant", " more"],
    ]);
  });

  it("keeps what had arrived when it is stopped, which is no failure", async () => {
    const hook = await chat();
    await soon(() => void hook.current().send("Once"));
    await soon(() => fake.chats[0]!.give(" upon"));
    await soon(() => hook.current().stop());
    expect(fake.chats[0]?.signal?.aborted).toBe(true);
    expect(hook.current()).toMatchObject({ status: "ready", error: null });
    expect(shown(hook).at(-1)).toEqual(["assistant", " upon"]);
  });

  it("says what went wrong, and tries again when it is asked to", async () => {
    const hook = await chat();
    await soon(() => void hook.current().send("Once"));
    await soon(() => fake.chats[0]!.fail(new Error("lost")));
    expect(hook.current()).toMatchObject({ status: "ready", error: new Error("lost") });
    await soon(() => void hook.current().regenerate());
    expect(hook.current().error).toBeNull();
    expect(fake.chats[1]?.question).toEqual(fake.chats[0]?.question);
  });

  it("takes one message at a time, and none without a client or a word", async () => {
    const none = await chat(null);
    await soon(() => void none.current().send("Once"));
    const hook = await chat();
    await soon(() => void hook.current().send(""));
    await soon(() => void hook.current().regenerate());
    expect(fake.chats).toHaveLength(0);
    await soon(() => void hook.current().send("Once"));
    await soon(() => void hook.current().send("Twice"));
    expect(fake.chats).toHaveLength(1);
  });

  it("stops the reply under way when it goes", async () => {
    const hook = await chat();
    await soon(() => void hook.current().send("Once"));
    await hook.unmount();
    expect(fake.chats[0]?.signal?.aborted).toBe(true);
  });
});
