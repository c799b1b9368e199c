/**
 * The browser's runtime, called inside the worker: WebGPU when it really works, else WASM with threads where the page is
 * isolated, else WASM on one thread. What was taken, and why not something faster, is part of the result.
 */
import { SottoError } from "../core/errors.ts";
import { readWithProgress } from "../storage/read-with-progress.ts";
import { openProjector, type OrtRuntime } from "./onnx-projector.ts";
import type { OpenRuntime } from "./open.ts";
import { lackingForThreads } from "./threads.ts";
import type { EngineInfo, LoadProgress } from "./types.ts";

/** Where one build of onnxruntime-web lies on our own origin, and how long its binary is, in bytes. */
export interface RuntimeFiles {
  readonly wasm: string;
  readonly mjs: string;
  readonly bytes: number;
  readonly load: () => Promise<OrtRuntime & { env: { wasm: WasmFlags } }>;
}

interface WasmFlags {
  numThreads?: number;
  wasmPaths?: string | { wasm?: string | URL; mjs?: string | URL };
  wasmBinary?: ArrayBufferLike | Uint8Array;
}

export interface RuntimeChoice {
  readonly webgpu: RuntimeFiles;
  readonly wasm: RuntimeFiles;
}

/** More threads than this only wait for each other. */
const MOST_THREADS = 4;

/** Something that runs on one of the runtimes. `runtime_unavailable` from it means: try a slower one. */
export type UseRuntime<T> = (ort: OrtRuntime, provider: "wasm" | "webgpu", info: EngineInfo) => Promise<T>;

export function browserRuntime(choice: RuntimeChoice): OpenRuntime {
  return (model, manifest, onProgress) =>
    onFastestRuntime(choice, onProgress, (ort, provider, info) => openProjector(ort, provider, model, manifest, info));
}

/**
 * Start `use` on the fastest runtime on which it works.
 * @param spare processors that are left to others
 * @throws SottoError `runtime_unavailable`, `server_unreachable`, or what `use` throws besides `runtime_unavailable`
 */
export async function onFastestRuntime<T>(
  choice: RuntimeChoice,
  onProgress: (progress: LoadProgress) => void,
  use: UseRuntime<T>,
  spare = 0,
): Promise<T> {
  const probed = await probeWebGpu();
  let note = probed.note;
  if (probed.works) {
    try {
      const ort = await start(choice.webgpu, 1, onProgress);
      return await use(ort, "webgpu", { backend: "webgpu", note: "", threads: 1 });
    } catch (error) {
      if (error instanceof SottoError && error.code !== "runtime_unavailable") throw error;
      note = "WebGPU is there, but could not run the model.";
    }
  }
  const lacking = lackingForThreads(globalThis);
  const threads =
    lacking === null ? Math.max(1, Math.min(MOST_THREADS, (navigator.hardwareConcurrency || 1) - spare)) : 1;
  if (lacking !== null) note += ` ${lacking}`;
  const ort = await start(choice.wasm, threads, onProgress);
  return use(ort, "wasm", { backend: threads > 1 ? "wasm-threads" : "wasm", note: note.trim(), threads });
}

async function start(files: RuntimeFiles, threads: number, onProgress: (p: LoadProgress) => void): Promise<OrtRuntime> {
  const [ort, binary] = await Promise.all([files.load(), fetchRuntime(files, onProgress)]);
  ort.env.wasm.numThreads = threads;
  ort.env.wasm.wasmPaths = { mjs: new URL(files.mjs, location.href).href };
  ort.env.wasm.wasmBinary = binary;
  return ort;
}

async function fetchRuntime(files: RuntimeFiles, onProgress: (p: LoadProgress) => void): Promise<Uint8Array> {
  const url = new URL(files.wasm, location.href).href;
  let response: Response;
  try {
    response = await fetch(url, { credentials: "omit" });
  } catch (cause) {
    throw new SottoError("server_unreachable", "The runtime could not be downloaded: the server does not answer.", {
      cause,
    });
  }
  if (!response.ok || response.headers.get("content-type")?.includes("text/html")) {
    throw new SottoError("runtime_unavailable", `The runtime could not be downloaded (HTTP ${response.status}).`);
  }
  const binary = await readWithProgress(response, files.bytes, (loaded) => {
    onProgress({ part: "runtime", loaded, total: files.bytes, cached: false });
  });
  onProgress({ part: "runtime", loaded: binary.length, total: binary.length, cached: cameFromCache(url) });
  return binary;
}

/** The browser's HTTP cache says nothing while it answers, but afterwards that no bytes crossed the network. */
function cameFromCache(url: string): boolean {
  const entry = performance.getEntriesByName(url).at(-1) as PerformanceResourceTiming | undefined;
  return entry !== undefined && entry.transferSize === 0 && entry.decodedBodySize > 0;
}

/** Asks for an adapter, twice: the first null is often a GPU process that is still starting. */
async function probeWebGpu(): Promise<{ works: boolean; note: string }> {
  const gpu = (navigator as { gpu?: { requestAdapter(): Promise<object | null> } }).gpu;
  if (gpu === undefined) return { works: false, note: "This browser offers no WebGPU." };
  try {
    const adapter = (await gpu.requestAdapter()) ?? (await gpu.requestAdapter());
    return adapter === null ? { works: false, note: "WebGPU found no adapter." } : { works: true, note: "" };
  } catch {
    return { works: false, note: "WebGPU could not be asked for an adapter." };
  }
}
