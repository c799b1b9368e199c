import * as fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { SottoError } from "../../src/core/errors.ts";
import { parseCompletionBody } from "./request.ts";

const minimal = { model: "m", private_prompt: "AAAA" };

function refusalOf(changes: Record<string, unknown>): SottoError | null {
  try {
    parseCompletionBody({ ...minimal, ...changes });
    return null;
  } catch (error) {
    if (error instanceof SottoError) return error;
    throw error;
  }
}

describe("parseCompletionBody", () => {
  it("reads the fields, with defaults", () => {
    expect(parseCompletionBody(minimal)).toEqual({
      model: "m",
      stream: false,
      request: {
        frame: new Uint8Array(3),
        maxTokens: undefined,
        sampling: { temperature: 0.8, topP: 0.95, seed: undefined },
        stop: [],
      },
    });
    expect(parseCompletionBody({ ...minimal, stream: true, stop: "x" })).toMatchObject({
      stream: true,
      request: { stop: ["x"] },
    });
  });

  it("takes null for what is not given", () => {
    const nulls = ["stream", "stream_options", "max_tokens", "temperature", "top_p", "stop", "seed", "n", "user"];
    const changes = Object.fromEntries(nulls.map((name) => [name, null]));
    expect(parseCompletionBody({ ...minimal, ...changes })).toEqual(parseCompletionBody(minimal));
  });

  it.each<[string, unknown]>([
    ["prompt", "in the clear"],
    ["prompt", [1, 2]],
    ["messages", [{ role: "user", content: "in the clear" }]],
    ["best_of", 2],
    ["echo", true],
    ["logprobs", 0],
    ["logprobs", true],
    ["logit_bias", { "50256": -100 }],
    ["suffix", "in the clear"],
    ["presence_penalty", 0.1],
    ["frequency_penalty", -1],
    ["n", 2],
    ["tools", [{}]],
    ["response_format", { type: "json_object" }],
    ["stream_options", { include_usage: true, include_obfuscation: true }],
    ["moderation", { model: "in the clear" }],
    ["web_search_options", {}],
    ["response_format", { type: "text", schema: "in the clear" }],
    ["modalities", ["text", "audio"]],
    ["tool_choice", "required"],
    ["reasoning_effort", "high"],
    ["verbosity", "low"],
    ["store", true],
  ])("refuses %s by name: %j", (name, value) => {
    const refusal = refusalOf({ [name]: value });
    expect(refusal?.code).toBe("unsupported_field");
    expect(refusal?.message).toContain(name);
    expect(refusal?.message).not.toContain("in the clear");
  });

  it.each<[string, unknown]>([
    ["prompt", null],
    ["prompt", ""],
    ["messages", []],
    ["best_of", 1],
    ["echo", false],
    ["logprobs", null],
    ["logit_bias", {}],
    ["suffix", ""],
    ["presence_penalty", 0],
    ["frequency_penalty", -0],
    ["n", 1],
    ["stream_options", { include_usage: false }],
    ["stream_options", { include_usage: null, include_obfuscation: false }],
    ["user", "someone"],
    ["safety_identifier", "someone"],
    ["prompt_cache_key", "some prompt"],
    ["prompt_cache_retention", "24h"],
    ["prompt_cache_options", { mode: "explicit", ttl: "30m" }],
    ["response_format", { type: "text" }],
    ["modalities", ["text"]],
    ["tools", []],
    ["tool_choice", "auto"],
    ["parallel_tool_calls", true],
    ["reasoning_effort", "none"],
    ["verbosity", "medium"],
    ["service_tier", "auto"],
    ["metadata", {}],
  ])("lets pass what changes nothing: %s = %j", (name, value) => {
    expect(refusalOf({ [name]: value })).toBeNull();
  });

  it.each<[string, unknown]>([
    ["model", 3],
    ["private_prompt", ["AAAA"]],
    ["private_prompt", "AAA"],
    ["private_prompt", "AA A"],
    ["private_prompt", "AA-_"],
    ["private_prompt", "A=AA"],
    ["stream", "yes"],
    ["max_tokens", 0],
    ["max_tokens", 1.5],
    ["max_tokens", "20"],
    ["temperature", -0.1],
    ["temperature", 2.1],
    ["top_p", 1.1],
    ["seed", 0.5],
    ["seed", 1e300],
    ["stop", ""],
    ["stop", ["a", "b", "c", "d", "e"]],
    ["stop", ["x".repeat(257)]],
    ["stop", "\ud800"],
    ["stop", [3]],
    ["user", {}],
    ["safety_identifier", 1],
    ["prompt_cache_options", "24h"],
    ["stream_options", true],
    ["stream_options", new Uint8Array(1)],
  ])("refuses a bad value of %s: %j", (name, value) => {
    const refusal = refusalOf({ [name]: value });
    expect(refusal?.code).toBe("invalid_request");
    expect(refusal?.message).toContain(name);
  });

  it("makes no list of the bytes of a field, which would be many times the body", () => {
    const bytes = new Uint8Array(1000);
    const listing = [vi.spyOn(Object, "keys"), vi.spyOn(Object, "entries"), vi.spyOn(Object, "values")];
    const refusals = ["logit_bias", "echo", "response_format"].map((name) => refusalOf({ [name]: bytes })?.code);
    const listed = listing.flatMap((spy) => spy.mock.calls.map(([value]) => value as unknown));
    for (const spy of listing) spy.mockRestore();
    expect(refusals).toEqual(Array(3).fill("unsupported_field"));
    expect(listed.length).toBeGreaterThan(0);
    expect(listed.includes(bytes)).toBe(false);
  });

  it("refuses a field nobody knows, without repeating it", () => {
    const refusal = refusalOf({ my_diary: 1 });
    expect(refusal?.code).toBe("unsupported_field");
    expect(refusal?.message).not.toContain("my_diary");
  });

  it("never throws anything else, and never repeats a string it was given", () => {
    const marker = "qzj";
    const poisoned = fc.oneof(
      fc.constant(marker),
      fc.constant([marker]),
      fc.constant({ [marker]: marker }),
      fc.jsonValue(),
      fc.double(),
    );
    const fields = [
      "model",
      "private_prompt",
      "stream",
      "stream_options",
      "max_tokens",
      "stop",
      "seed",
      "n",
      "prompt",
      "echo",
      marker,
    ];
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...fields), poisoned), (changes) => {
        expect(refusalOf(changes)?.message ?? "").not.toContain(marker);
      }),
      { numRuns: 2000 },
    );
  });
});
