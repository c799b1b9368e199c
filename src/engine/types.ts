/** What the engine takes and gives: the data that crosses between the page, its worker, and the SDK. */
import type { LoadNote } from "../storage/bundle-source.ts";

/** A stretch of the prompt with its preset settled. Public text goes as plain token ids and costs nothing. */
export type EngineSegment =
  | { readonly kind: "public"; readonly text: string }
  | { readonly kind: "private"; readonly text: string; readonly preset: string };

/** Where the client part of the inference runs. */
export type Backend = "webgpu" | "wasm-threads" | "wasm";

/** What the engine found on this machine, and why it did not take something faster. */
export interface EngineInfo {
  readonly backend: Backend;
  /** One sentence for a person, e.g. "WebGPU: no adapter". Empty when the fastest was taken. */
  readonly note: string;
  /** Threads of the WASM runtime; 1 where the page is not isolated, or on WebGPU. */
  readonly threads: number;
}

export type { LoadNote } from "../storage/bundle-source.ts";

/** Bytes of the two things that are loaded before the first message. `total` is known from the manifest. */
export interface LoadProgress {
  readonly part: "bundle" | "runtime";
  readonly loaded: number;
  readonly total: number;
  /** True where the bytes came from this device's own cache. */
  readonly cached: boolean;
  /** What a person should know of how it came, so far; absent where there is nothing. */
  readonly notes?: readonly LoadNote[];
}

/** One token of the prompt as the person sees it. `preset` is null for public tokens. */
export interface PromptToken {
  readonly id: number;
  readonly text: string;
  readonly preset: string | null;
  /** Private, and its levels are those of an earlier release: they tell the server nothing it was not told. */
  readonly reused: boolean;
}

/** The levels of one private segment, tokens x dim, row-major, each in 0..2^bits - 1. */
export interface ReleasedLevels {
  readonly preset: string;
  readonly bits: number;
  readonly dim: number;
  readonly tokens: number;
  readonly levels: Uint8Array;
}

/** So many private tokens at a preset. */
export interface PresetTokens {
  readonly preset: string;
  readonly tokens: number;
}

/** Levels drawn together, and so charged together. */
export interface Draw {
  /** Names the draw in the ledger, which charges it once. */
  readonly id: string;
  readonly charges: readonly PresetTokens[];
  /** Tokens that go in the clear beside them. */
  readonly publicTokens: number;
}

/**
 * A draw that will be, or was, sent. Its bytes are the only thing that leaves the device. Sending it again (a retry, a
 * regenerated reply) sends the same bytes and costs nothing more; a new release of the same text is a new cost.
 */
export interface Release {
  readonly kind: "release";
  /** sha256 of the manifest it was drawn for. */
  readonly bundle: string;
  /** The draws its levels come from, its own last. Where every level is reused it has none of its own. */
  readonly draws: readonly Draw[];
  readonly frame: Uint8Array<ArrayBuffer>;
  readonly tokens: readonly PromptToken[];
  readonly segments: readonly ReleasedLevels[];
  readonly sizes: SentSizes;
}

/**
 * An independent draw of the same text, made to be looked at. It has no frame: a draw that has been looked at is never
 * sent (docs/architecture.md, "Releases").
 */
export interface ExampleDraw {
  readonly kind: "example";
  readonly tokens: readonly PromptToken[];
  readonly segments: readonly ReleasedLevels[];
  readonly sizes: SentSizes;
}

/** What a server knows of every text: public, and computed or fetched only for an attack on this device. */
export interface AttackKit {
  /** The projected table, V x d, row-major, before the clip. */
  readonly rows: Float32Array<ArrayBuffer>;
  /** d */
  readonly dim: number;
  /** The text of every token by itself, V strings; "" for an id that has none. */
  readonly pieces: readonly string[];
  /** The token that ends a document: what stands before a message, to a language model. */
  readonly endToken: number;
  /** The bundle's language model, as its file is; null where the bundle has none. */
  readonly ngram: Uint8Array<ArrayBuffer> | null;
}

/** Bytes: of the frame, of the text in UTF-8, and of the same tokens as fp16 embeddings (T x H x 2). */
export interface SentSizes {
  readonly frame: number;
  readonly text: number;
  readonly embeddings: number;
}
