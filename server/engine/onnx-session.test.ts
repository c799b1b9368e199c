import { Tensor } from "onnxruntime-node";
import { expect, it } from "vitest";
import { silence } from "../../src/core/denoiser/input.ts";
import { tinyDenoiser } from "../testing/tiny-denoiser.ts";
import { openSession, sharedSession } from "./onnx-session.ts";

it("gives the outputs that are asked for, or all of them", async () => {
  const [dim, hidden, vocabulary, tokens] = [2, 3, 5, 4];
  const graph = tinyDenoiser({ dim, hidden, vocabulary, weights: new Float32Array(dim * hidden) });
  const { run, close } = sharedSession(await openSession("denoiser.onnx", graph, 1));
  const { estimates, precision, ids } = silence(tokens, dim);
  const feeds = {
    estimates: new Tensor("float32", estimates, [tokens, dim]),
    precision: new Tensor("float32", precision, [tokens, 1]),
    ids: new Tensor("int32", ids, [tokens]),
  };
  const all = await run(feeds);
  expect(all["rows"]?.dims).toEqual([tokens, hidden]);
  expect(all["belief"]?.dims).toEqual([tokens, vocabulary]);
  expect(Object.keys(await run(feeds, ["rows"]))).toEqual(["rows"]);
  await close();
});
