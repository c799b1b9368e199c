/** A frame of random levels for whatever bundle a server has: nobody's text is needed to keep it busy. */
import { randomFillSync } from "node:crypto";
import { parseManifest } from "../src/core/bundle/manifest-schema.ts";
import { encodeFrame } from "../src/core/wire/frame.ts";

/** `model` and `private_prompt` of a request of `tokens` tokens, under the first preset of the first bundle. */
export async function randomFrame(url: string, tokens: number, key?: string) {
  const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
  const models = (await (await fetch(`${url}/v1/models`, { headers })).json()) as {
    data: { id: string; bundle: { sha256: string } }[];
  };
  const [model] = models.data;
  if (model === undefined) throw new Error("The server has no bundle.");
  const manifest = parseManifest(
    new Uint8Array(await (await fetch(`${url}/bundles/${model.id}/manifest.json`)).arrayBuffer()),
  );
  const [preset] = manifest.presets;
  if (preset === undefined) throw new Error("The bundle has no preset.");
  const { name, bits } = preset;
  const levels = randomFillSync(new Uint8Array(tokens * manifest.dim)).map((byte) => byte & (2 ** bits - 1));
  const segment = { kind: "levels", preset: name, bits, dim: manifest.dim, tokens, levels, coding: "entropy" } as const;
  const frame = encodeFrame({ bundle: model.bundle.sha256, segments: [segment] });
  return { model: model.id, private_prompt: Buffer.from(frame).toString("base64") };
}
