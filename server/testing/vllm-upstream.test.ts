/** The stand-in refuses what vLLM refuses: an engine that it lets pass has shown something. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeTorchFile } from "../engine/torch-file.ts";
import golden from "../engine/torch-file.golden.json" with { type: "json" };
import { writeSafetensors } from "./safetensors-writer.ts";
import { startVllmUpstream, type VllmUpstream } from "./vllm-upstream.ts";

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");
const file = (rows: number, columns: number) =>
  writeTorchFile(new Float32Array(rows * columns).fill(0.5), rows, columns, "float32");

/** The file with some bytes exchanged, and the checksum of none of them. */
function exchanged(from: string, to: string): Uint8Array {
  return new Uint8Array(Buffer.from(Buffer.from(file(2, 3)).toString("latin1").replace(from, to), "latin1"));
}

describe("the stand-in for vLLM", () => {
  let upstream: VllmUpstream;
  beforeAll(async () => {
    upstream = await startVllmUpstream({ hidden: 3 });
  });
  afterAll(() => upstream.close());

  const valid = {
    model: "org/model",
    prompt: null,
    prompt_embeds: base64(file(2, 3)),
    max_tokens: 5,
    temperature: 1,
    top_p: 1,
    stream: true,
    stream_options: { include_usage: true, continuous_usage_stats: true },
    cache_salt: "x".repeat(43),
  };
  const post = (changes: Record<string, unknown>) =>
    fetch(`${upstream.url}/v1/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ ...valid, ...changes }),
    });

  it("takes our file and one that torch saved", async () => {
    expect(await (await post({})).text()).toContain("[DONE]");
    const saved = new Uint8Array(Buffer.from(golden.savedByTorch.join(""), "hex"));
    expect((await post({ prompt_embeds: base64(saved) })).status).toBe(200);
  });

  it.each<[string, Record<string, unknown>]>([
    ["no embeddings", { prompt_embeds: undefined }],
    ["embeddings and a prompt", { prompt: "text" }],
    ["a penalty", { repetition_penalty: 1.1 }],
    ["another penalty", { presence_penalty: 0 }],
    ["echo", { echo: true }],
    ["log-probabilities of the prompt", { prompt_logprobs: 1 }],
    ["a nucleus of nothing", { top_p: 0 }],
    ["another model", { model: "other" }],
    ["no salt", { cache_salt: "" }],
    ["base64 of the other alphabet", { prompt_embeds: base64(file(2, 3)).slice(0, -4) + "-_==" }],
    ["base64 that is cut off", { prompt_embeds: base64(file(2, 3)).slice(0, -1) }],
    ["a tensor that is cut off", { prompt_embeds: base64(file(2, 3).slice(0, -30)) }],
    ["safetensors", { prompt_embeds: base64(writeSafetensors({ x: { shape: [1, 3], data: new Float32Array(3) } })) }],
    ["another hidden size", { prompt_embeds: base64(file(2, 4)) }],
    ["more than the context", { prompt_embeds: base64(file(60, 3)) }],
    ["a wrong checksum", { prompt_embeds: base64(exchanged("FloatStorage", "HalfFtorage")) }],
  ])("refuses %s", async (_name, changes) => {
    const response = await post(changes);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain("BadRequestError");
  });
});
