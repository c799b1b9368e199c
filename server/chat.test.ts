import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeFrame, type Segment } from "../src/core/wire/frame.ts";
import { loadBundle, type Bundle } from "./bundles.ts";
import { layChat, type Message } from "./chat.ts";
import { DEFAULT_LIMITS } from "./limits.ts";
import { planPrompt } from "./rows.ts";
import { withChat } from "./testing/chat-template.ts";
import { TINY, writeTinyBundle, type TinyBundle } from "./testing/tiny-bundle.ts";

/** Ids of a text in the tiny bundle: 1 + byte. */
const idsOf = (text: string) => Array.from(new TextEncoder().encode(text), (byte) => 1 + byte);
const say = (role: Message["role"], ...texts: string[]): Message => ({
  role,
  parts: texts.map((text) => ({ kind: "text", text })),
});

function levels(preset: "strict" | "light", value: number): Segment {
  const bits = preset === "strict" ? 4 : 3;
  return {
    kind: "levels",
    preset,
    bits,
    dim: TINY.dim,
    tokens: 1,
    levels: new Uint8Array(TINY.dim).fill(value),
    coding: "packed",
  };
}

describe("layChat", () => {
  const folders: TinyBundle[] = [];
  let templated: Bundle;
  let plain: Bundle;
  beforeAll(async () => {
    folders.push(await writeTinyBundle({ manifest: withChat }), await writeTinyBundle());
    templated = await loadBundle(folders[0]!.directory);
    plain = await loadBundle(folders[1]!.directory);
  });
  afterAll(() => Promise.all(folders.map((folder) => folder.remove())));

  const lay = (bundle: Bundle, messages: Message[]) => layChat(bundle, messages, DEFAULT_LIMITS).segments;
  /** What is public as ids; what is private as the name of its preset. */
  const flat = (segments: readonly Segment[]): (number | string)[] =>
    segments.flatMap((segment): (number | string)[] =>
      segment.kind === "public" ? [...segment.ids] : [segment.kind === "levels" ? segment.preset : "activations"],
    );
  const framed = (bundle: Bundle, segments: Segment[]): Message["parts"][number] => ({
    kind: "frame",
    bytes: encodeFrame({ bundle: bundle.sha256, segments }),
  });
  const refused = (bundle: Bundle, messages: Message[], limits = DEFAULT_LIMITS) =>
    expect(() => layChat(bundle, messages, limits));

  it("lays the template around public text", () => {
    const laid = lay(templated, [
      say("system", "be"),
      say("user", "hi", "!"),
      say("assistant", "yo"),
      say("user", "so"),
    ]);
    expect(flat(laid)).toEqual([0, ...idsOf("S:be\nU:hi!\nA:yo\nU:so\nA:")]);
  });

  it("lays private frames where they stand, those of earlier turns too", () => {
    const first = framed(templated, [levels("light", 1)]);
    const laid = lay(templated, [
      { role: "user", parts: [{ kind: "text", text: "a" }, first] },
      say("assistant", "b"),
      { role: "user", parts: [framed(templated, [levels("strict", 2), { kind: "public", ids: Uint32Array.of(9) }])] },
    ]);
    expect(flat(laid)).toEqual([0, ...idsOf("U:a"), "light", ...idsOf("\nA:b\nU:"), "strict", 9, ...idsOf("\nA:")]);
  });

  it("has the soft prompt of the noisiest preset of all frames", () => {
    const parts = [framed(templated, [levels("light", 1)]), framed(templated, [levels("strict", 1)])];
    const both = planPrompt(templated, layChat(templated, [{ role: "user", parts }], DEFAULT_LIMITS), 1);
    expect(both.prefix).toBe(templated.template.prefixes.get("strict"));
    const one = [{ role: "user" as const, parts: parts.slice(0, 1) }];
    expect(planPrompt(templated, layChat(templated, one, DEFAULT_LIMITS), 1).prefix).toBe(
      templated.template.prefixes.get("light"),
    );
    const none = layChat(templated, [say("user", "x")], DEFAULT_LIMITS);
    expect(planPrompt(templated, none, 1).prefix).toHaveLength(0);
  });

  it("never makes a special token of public text", () => {
    expect(flat(lay(plain, [say("user", "<|end|>")]))).toEqual(idsOf("<|end|>"));
  });

  it("lays turns end to end where there is no template", () => {
    expect(flat(lay(plain, [say("user", "Once"), say("assistant", " upon"), say("user", " a")]))).toEqual(
      idsOf("Once upon a"),
    );
  });

  it.each([
    ["a system message", [say("system", "be"), say("user", "hi")]],
    ["two of the user's in a row", [say("user", "a"), say("user", "b")]],
    ["two of the model's in a row", [say("assistant", "a"), say("assistant", "b"), say("user", "c")]],
  ])("refuses %s where there is no template", (_, messages) => {
    refused(plain, messages).toThrow(expect.objectContaining({ code: "chat_template_missing" }));
    expect(() => lay(templated, messages)).not.toThrow();
  });

  it("refuses a system message where the template has no place for one", () => {
    const { user, assistant } = templated.manifest.chat!.roles;
    const roles = { user, assistant };
    const bundle = { ...templated, manifest: { ...templated.manifest, chat: { ...templated.manifest.chat!, roles } } };
    refused(bundle, [say("system", "be"), say("user", "hi")]).toThrow(
      expect.objectContaining({ code: "chat_template_missing" }),
    );
  });

  it("refuses messages that end with the model's", () => {
    refused(templated, [say("user", "a"), say("assistant", "b")]).toThrow(
      expect.objectContaining({ code: "invalid_request" }),
    );
  });

  it("refuses messages without a token", () => {
    refused(plain, [say("user", "")]).toThrow(expect.objectContaining({ code: "empty_prompt" }));
  });

  it("refuses a frame of another bundle, wherever it stands", () => {
    const own = framed(plain, [levels("light", 1)]);
    const other = framed(templated, [levels("light", 1)]);
    refused(plain, [{ role: "user", parts: [own, other] }]).toThrow(
      expect.objectContaining({ code: "bundle_mismatch" }),
    );
  });

  it("refuses all frames together beyond the limit of one", () => {
    const frame = framed(plain, [{ kind: "public", ids: Uint32Array.of(1, 2, 3) }]);
    const limits = { ...DEFAULT_LIMITS, frameTokens: 5 };
    expect(() => layChat(plain, [{ role: "user", parts: [frame] }], limits)).not.toThrow();
    refused(plain, [{ role: "user", parts: [frame, frame] }], limits).toThrow(
      expect.objectContaining({ code: "frame_too_large" }),
    );
  });

  it("refuses text that cannot fit before it tokenises it", () => {
    let tokenised = 0;
    const tokenizer = { ...plain.tokenizer, encode: () => ((tokenised += 1), []) };
    refused({ ...plain, tokenizer }, [say("user", "a".repeat(8 * 64), "a".repeat(8 * 64 + 1))]).toThrow(
      expect.objectContaining({ code: "context_length_exceeded" }),
    );
    expect(tokenised).toBe(0);
  });
});
