import { readFile } from "node:fs/promises";
import * as ort from "onnxruntime-web";
import { describe, expect, it } from "vitest";
import { parseManifest } from "../core/bundle/manifest-schema.ts";
import { openProjector } from "./onnx-projector.ts";

const info = { backend: "wasm", note: "", threads: 1 } as const;
const manifest = parseManifest(await readFile("bundles/demo-stories/manifest.json"));
const model = await readFile("bundles/demo-stories/client/client.onnx");

describe("the client model", () => {
  it("gives the activations the manifest says it gives", async () => {
    const projector = await openProjector(ort, "wasm", model, manifest, info);
    const found = await projector.project(Int32Array.from(manifest.probe.ids));
    expect([...found]).toEqual(manifest.probe.activations.flat().map(Math.fround));
    await projector.close();
  });

  it("is not used on a runtime that computes something else", async () => {
    const activations = manifest.probe.activations.map((row) => row.map((x) => x + 0.01));
    const other = { ...manifest, probe: { ...manifest.probe, activations } };
    await expect(openProjector(ort, "wasm", model, other, info)).rejects.toMatchObject({ code: "runtime_unavailable" });
  });

  it("runs one request at a time, and goes on after one that failed", async () => {
    const real = await ort.InferenceSession.create(model);
    let running = 0;
    let most = 0;
    const session = {
      release: () => real.release(),
      async run(feeds: { ids: ort.Tensor }) {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setTimeout(resolve, 5));
        running--;
        if (feeds.ids.dims[0] === 1) throw new Error("a run that fails");
        return real.run(feeds);
      },
    };
    const fake = { Tensor: ort.Tensor, InferenceSession: { create: () => Promise.resolve(session) } };
    const projector = await openProjector(fake as unknown as typeof ort, "wasm", model, manifest, info);
    const [first, failed, third] = await Promise.allSettled([
      projector.project(Int32Array.of(5, 6)),
      projector.project(Int32Array.of(7)),
      projector.project(Int32Array.of(5, 6)),
    ]);
    expect([first.status, failed.status, third.status]).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(most).toBe(1);
    await projector.close();
  });

  it("is refused when it is not a model", async () => {
    await expect(openProjector(ort, "wasm", model.subarray(0, 99), manifest, info)).rejects.toMatchObject({
      code: "runtime_unavailable",
    });
  });
});
