/** What the inference worker exposes through comlink. */
import type { VocabularyProfile } from "../core/accounting/vocabulary-profile.ts";
import type { Manifest } from "../core/bundle/manifest.ts";
import type { Outcome } from "./remote-error.ts";
import type { AttackKit, EngineInfo, EngineSegment, ExampleDraw, LoadProgress, PromptToken, Release } from "./types.ts";

export interface Opened {
  readonly info: EngineInfo;
  readonly manifest: Manifest;
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
  close(): Promise<Outcome<void>>;
}
