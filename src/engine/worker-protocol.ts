/** What the inference worker exposes through comlink. */
import type { VocabularyProfile } from "../core/accounting/vocabulary-profile.ts";
import type { GistManifest, Manifest } from "../core/bundle/manifest.ts";
import type { GistExamples, GistRelease } from "./gist-engine.ts";
import type { Outcome } from "./remote-error.ts";
import type {
  AttackKit,
  EngineInfo,
  EngineSegment,
  ExampleDraw,
  LoadProgress,
  PromptToken,
  Release,
  ReleasedLevels,
} from "./types.ts";

export interface Opened<M = Manifest> {
  readonly info: EngineInfo;
  readonly manifest: M;
  readonly digest: string;
}

export interface InferenceWorker {
  /** A failed open leaves nothing behind: it may be called again. */
  open(server: string, bundle: string, onProgress: (progress: LoadProgress) => void): Promise<Outcome<Opened>>;
  tokenize(segments: readonly EngineSegment[], earlier?: Release): Promise<Outcome<readonly PromptToken[]>>;
  example(segments: readonly EngineSegment[]): Promise<Outcome<ExampleDraw>>;
  release(segments: readonly EngineSegment[], earlier?: Release): Promise<Outcome<Release>>;
  vocabulary(preset: string): Promise<Outcome<VocabularyProfile | null>>;
  attackKit(): Promise<Outcome<AttackKit>>;
  denoiser(): Promise<Outcome<Uint8Array<ArrayBuffer>>>;
  /** As `open`, of a gist bundle: a worker has one engine, of either kind. */
  openGist(
    server: string,
    bundle: string,
    onProgress: (progress: LoadProgress) => void,
  ): Promise<Outcome<Opened<GistManifest>>>;
  gistCount(text: string): Promise<Outcome<number>>;
  gistExample(text: string, preset: string): Promise<Outcome<ReleasedLevels>>;
  gistRelease(text: string, preset: string): Promise<Outcome<GistRelease>>;
  gistExamples(): Promise<Outcome<GistExamples | null>>;
  close(): Promise<Outcome<void>>;
}
