/** A graph of a bundle under onnxruntime-node, and whether it is the one that the manifest describes. */
import { InferenceSession } from "onnxruntime-node";
import { SottoError } from "../../src/core/errors.ts";
import { sessionOptions } from "./session-options.ts";

/** @throws SottoError `bundle_corrupt`, naming the file by `path`, where the runtime takes the bytes for no graph */
export async function openSession(path: string, model: Uint8Array, threads: number): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(model, sessionOptions(threads));
  } catch (cause) {
    throw new SottoError("bundle_corrupt", `${path} cannot be loaded by onnxruntime.`, { cause });
  }
}

/**
 * `null` stands for a dimension that varies.
 * @throws SottoError `bundle_corrupt` where the graph at `path` has no input or output of that name and shape
 */
export function requireShape(
  path: string,
  metadata: readonly InferenceSession.ValueMetadata[],
  name: string,
  shape: readonly (number | null)[],
): void {
  const found = metadata.find((value) => value.name === name);
  const fits =
    found?.isTensor === true &&
    found.shape.length === shape.length &&
    shape.every((size, i) => size === null || typeof found.shape[i] === "string" || found.shape[i] === size);
  if (!fits) {
    const wanted = shape.map((size) => size ?? "any").join(" x ");
    throw new SottoError(
      "bundle_corrupt",
      `${path} has no ${name} of shape ${wanted}, as the manifest says it should.`,
    );
  }
}

export interface SharedSession {
  /**
   * The outputs of these names alone, or all of them: those that are not asked for are not copied out of the runtime.
   * @throws SottoError `engine_closed` once it is closed
   */
  readonly run: (
    feeds: InferenceSession.FeedsType,
    outputs?: readonly string[],
  ) => Promise<InferenceSession.ReturnType>;
  /** Free the graph, once what it is computing is done. */
  readonly close: () => Promise<void>;
}

/** A graph that many requests run. */
export function sharedSession(session: InferenceSession): SharedSession {
  const running = new Set<Promise<unknown>>();
  let closed = false;
  return {
    async run(feeds, outputs = session.outputNames) {
      if (closed) throw new SottoError("engine_closed", "The server is shutting down.");
      const run = session.run(feeds, outputs);
      running.add(run);
      try {
        return await run;
      } finally {
        running.delete(run);
      }
    },
    async close() {
      closed = true;
      await Promise.allSettled(running);
      await session.release();
    },
  };
}
