/** One engine, several transports: in a worker (`worker-engine.ts`), or in the same thread (`local-engine.ts`: Node, tests). */
import type { VocabularyProfile } from "../core/accounting/vocabulary-profile.ts";
import type { Manifest } from "../core/bundle/manifest.ts";
import type { AttackKit, EngineInfo, EngineSegment, ExampleDraw, PromptToken, Release } from "./types.ts";

/** Turns text into releases for one bundle. Text goes in; from `release` on, nothing knows it. */
export interface Engine {
  readonly info: EngineInfo;
  readonly manifest: Manifest;
  /** sha256 of the manifest, lower-case hexadecimal: the bundle every frame names. */
  readonly digest: string;
  /** Tokens as a person sees them, without releasing anything. `earlier` as in `release`. */
  tokenize(segments: readonly EngineSegment[], earlier?: Release): Promise<readonly PromptToken[]>;
  /** A draw to look at: independent of every other, and without a frame. */
  example(segments: readonly EngineSegment[]): Promise<ExampleDraw>;
  /**
   * A draw to send. With `earlier`, a release that this one continues or edits, the levels of what both have in common are
   * used again (reuse.ts), and only the rest is drawn.
   */
  release(segments: readonly EngineSegment[], earlier?: Release): Promise<Release>;
  /** What the bundle's own table says about its worst pairs at a preset; null where that leaves no noise (vocabulary.ts). */
  vocabulary(preset: string): Promise<VocabularyProfile | null>;
  /**
   * What an attack on this device needs besides the levels: public knowledge, none of the text. The table is computed and the
   * language model fetched at the first call.
   * @throws SottoError `bundle_corrupt`, or what fetching a file throws
   */
  attackKit(): Promise<AttackKit>;
  /**
   * The graph with which the server reads a release (core/bundle, DENOISER), fetched at every call: what it is handed to keeps it.
   * @throws SottoError `bundle_corrupt` where the bundle has none, or what fetching a file throws
   */
  denoiser(): Promise<Uint8Array<ArrayBuffer>>;
  close(): Promise<void>;
}

/** `client.onnx` on some runtime: T token ids -> activations, row-major: T x d, or K x d of a gist bundle. */
export interface Projector {
  readonly info: EngineInfo;
  project(ids: Int32Array): Promise<Float32Array>;
  close(): Promise<void>;
}
