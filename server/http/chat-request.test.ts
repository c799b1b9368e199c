import { describe, expect, it } from "vitest";
import { SottoError } from "../../src/core/errors.ts";
import { parseChatBody } from "./request.ts";

const minimal = { model: "m", messages: [{ role: "user", content: "hi" }] };
const messages = (message: object) => ({ messages: [message] });

function refusalOf(changes: object): SottoError | null {
  try {
    parseChatBody({ ...minimal, ...changes });
    return null;
  } catch (error) {
    if (error instanceof SottoError) return error;
    throw error;
  }
}

describe("parseChatBody", () => {
  it("reads texts and frames, as base64 and as bytes", () => {
    const content = [
      { type: "text", text: "a" },
      { type: "private_frame", frame: "AQID" },
      { type: "private_frame", frame: Uint8Array.of(1, 2, 3) },
    ];
    const developer = { role: "developer", content: "be" };
    const body = parseChatBody({ ...minimal, messages: [developer, { role: "user", content }], stop: "x" });
    const frame = { kind: "frame", bytes: Uint8Array.of(1, 2, 3) };
    expect(body.messages).toEqual([
      { role: "system", parts: [{ kind: "text", text: "be" }] },
      { role: "user", parts: [{ kind: "text", text: "a" }, frame, frame] },
    ]);
    expect(body).toMatchObject({ stream: false, includeUsage: false, request: { stop: ["x"], maxTokens: undefined } });
  });

  it("takes the newer name for the number of tokens, the older, or both where they agree", () => {
    const granted = (changes: object) => parseChatBody({ ...minimal, ...changes }).request.maxTokens;
    expect(granted({ max_completion_tokens: 5 })).toBe(5);
    expect(granted({ max_tokens: 6, max_completion_tokens: null })).toBe(6);
    expect(granted({ max_tokens: 7, max_completion_tokens: 7 })).toBe(7);
    expect(refusalOf({ max_tokens: 7, max_completion_tokens: 8 })?.code).toBe("invalid_request");
  });

  it.each<[string, object]>([
    ["n", { n: 2 }],
    ["tools", { tools: [{}] }],
    ["logprobs", { logprobs: true }],
    ["private_prompt", { private_prompt: "AAAA" }],
    ["private_frame", { prompt: "in the clear" }],
    ["role tool", messages({ role: "tool", content: "in the clear", tool_call_id: "in the clear" })],
    ["name", messages({ role: "user", content: "x", name: "in the clear" })],
    ["tool_calls", messages({ role: "assistant", content: "x", tool_calls: [{ id: "in the clear" }] })],
    ["image_url", messages({ role: "user", content: [{ type: "image_url", image_url: { url: "in the clear" } }] })],
  ])("refuses %s by name", (name, changes) => {
    const refusal = refusalOf(changes);
    expect(refusal?.code).toBe("unsupported_field");
    expect(refusal?.message).toContain(name);
    expect(refusal?.message).not.toContain("in the clear");
  });

  it.each<[string, object]>([
    ["what an answer's message has besides", { refusal: null, annotations: [], tool_calls: null, audio: null }],
    ["no name", { name: null }],
    [
      "where a cache might break",
      { content: [{ type: "text", text: "x", prompt_cache_breakpoint: { mode: "explicit" } }] },
    ],
  ])("lets pass %s", (_, besides) => {
    expect(refusalOf(messages({ role: "user", content: "x", ...besides }))).toBeNull();
  });

  it.each<[string, unknown]>([
    ["no list", "qzj"],
    ["none", []],
    ["too many", Array(257).fill(minimal.messages[0])],
    ["one that is none", ["qzj"]],
    ["bytes", [new Uint8Array(3)]],
    ["an unknown role", [{ role: "qzj", content: "x" }]],
    ["no content", [{ role: "user" }]],
    ["content that is nothing", [{ role: "user", content: null }]],
    ["too many parts", [{ role: "user", content: Array(65).fill({ type: "text", text: "" }) }]],
    ["a part nobody knows", [{ role: "user", content: [{ type: "qzj" }] }]],
    ["a part with more in it", [{ role: "user", content: [{ type: "text", text: "", qzj: 1 }] }]],
    ["a refusal that says something", [{ role: "assistant", content: "x", refusal: "qzj" }]],
    ["text that is not Unicode", [{ role: "user", content: "\ud800" }]],
    ["a frame that is not base64", [{ role: "user", content: [{ type: "private_frame", frame: "AA-_" }] }]],
    ["a frame that is a list", [{ role: "user", content: [{ type: "private_frame", frame: [1] }] }]],
  ])("refuses messages that are %s, and repeats nothing", (_, value) => {
    const refusal = refusalOf({ messages: value });
    expect(refusal?.code).toBe("invalid_request");
    expect(refusal?.message).toContain("messages");
    expect(refusal?.message).not.toContain("qzj");
  });

  it("refuses a field of a message that nobody knows, without repeating it", () => {
    const refusal = refusalOf(messages({ role: "user", content: "x", qzj: 1 }));
    expect(refusal?.code).toBe("unsupported_field");
    expect(refusal?.message).not.toContain("qzj");
  });
});
