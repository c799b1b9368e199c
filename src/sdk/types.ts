/** The public data of the SDK: what goes in, what comes out. Plain objects; no class hides state. */
import type { BudgetState, Fitting } from "../core/accounting/ledger/budget.ts";
import type { VocabularyCost } from "../core/accounting/vocabulary.ts";
import type { AnyManifest, Manifest as BundleManifest, Preset } from "../core/bundle/manifest.ts";
import type { Candidate } from "../core/attack/posterior.ts";
import type { Attacker, TokenLeak } from "../core/attack/report.ts";
import type { EngineInfo, ExampleDraw, PresetTokens, PromptToken, Release } from "../engine/types.ts";
import type { Ledger } from "../storage/ledger.ts";
import type { Chat } from "./openai/types.ts";
import type { Models } from "./openai/models.ts";

export type { AnyManifest, Preset };
export type * from "./openai/types.ts";
export type { Model, Models, ModelsList } from "./openai/models.ts";
export type { Attacker } from "../core/attack/report.ts";
export type { Budget, BudgetScope, BudgetState, Fitting } from "../core/accounting/ledger/budget.ts";
export type { LedgerEntry, LedgerRow, ReleaseEntry, ResetEntry } from "../core/accounting/ledger/entries.ts";
export type { LedgerExport } from "../core/accounting/ledger/exchange.ts";
export type { Step } from "../core/accounting/ledger/spent.ts";
export type { Ledger } from "../storage/ledger.ts";
export type { VocabularyCost } from "../core/accounting/vocabulary.ts";
export type { ReleaseCost as PrivacyCost } from "../core/accounting/cost.ts";
export type {
  Backend,
  Draw,
  EngineInfo,
  ExampleDraw,
  LoadNote,
  LoadProgress,
  PresetTokens,
  PromptToken,
  Release,
  ReleasedLevels,
  SentSizes,
} from "../engine/types.ts";

/** A bundle's manifest, as it was checked: its model, presets and files, and what was measured of it. */
// An interface is shown by its name; the type that is inferred of a schema, in full wherever it is used.
// eslint-disable-next-line @typescript-eslint/no-empty-object-type
export interface Manifest extends BundleManifest {}

/** A stretch of the prompt. Public text goes as plain token ids and costs nothing; private text is released under `preset`. */
export type PromptSegment =
  | { readonly kind: "public"; readonly text: string }
  | { readonly kind: "private"; readonly text: string; readonly preset?: string };

/** A string is one private segment. */
export type Prompt = string | readonly PromptSegment[];

/** How the server is to choose the tokens of its reply. Nothing here changes what is released. */
export interface CompletionOptions {
  /** Longest reply, in tokens; 128 unless told, or less where the context has less room. */
  readonly maxTokens?: number;
  /** 0 (the likeliest token each time) to 2; 0.8 unless told. */
  readonly temperature?: number;
  /** Share of the likeliest tokens to choose among, 0 to 1; 0.95 unless told. */
  readonly topP?: number;
  /** Up to four strings at which the reply ends; they are not part of it. */
  readonly stop?: string | readonly string[];
  /** Seed of the server's choice of tokens; the noise has none. */
  readonly seed?: number;
  /** API key of the server, in place of the client's own. */
  readonly apiKey?: string;
  /** Aborting it ends the reply with `aborted` and stops the server. */
  readonly signal?: AbortSignal;
}

/** Of `complete`: as `send`, and the preset. */
export interface CompleteOptions extends CompletionOptions {
  /** Of private text that names none of its own; the client's unless told. */
  readonly preset?: string;
}

/** A piece of the reply. The last one carries the reason it ended and the token counts. */
export interface CompletionChunk {
  readonly text: string;
  readonly finishReason: "stop" | "length" | null;
  readonly usage: { readonly promptTokens: number; readonly completionTokens: number } | null;
}

/** What an attacker on the user's own side read of a message, token by token in the order of the prompt. */
export interface LeakReading {
  readonly attacker: Attacker;
  /** All that read this message, in their order: the last reads most of test text at its presets. */
  readonly attackers: readonly Attacker[];
  /** Independent draws that were attacked; their results are averaged. A receipt is of the one that left. */
  readonly draws: number;
  readonly tokens: readonly ReadToken[];
  /** Bits gained about the private tokens, mean over the draws; null for the nearest row and for a denoiser (core/attack, report.ts). */
  readonly bitsGained: number | null;
}

/** A token of the prompt and what was read of it; null where it is public and so known anyway. */
export interface ReadToken extends PromptToken {
  readonly leak: ReadLeak | null;
}

/** As core's, with the texts of the tokens it names. */
export interface ReadLeak extends Omit<TokenLeak, "guess" | "candidates"> {
  readonly guess: { readonly id: number; readonly text: string };
  readonly candidates: readonly (Candidate & { readonly text: string })[];
}

export interface PreviewOptions {
  /** Of private text that names none of its own; the client's unless told. */
  readonly preset?: string;
  /** Independent draws to attack; 8 unless told. */
  readonly draws?: number;
  /** What this server was sent before and the prompt goes on from, as for `release`: its levels count with those of the draws. */
  readonly earlier?: Release;
  readonly signal?: AbortSignal;
}

/** Where the budgets would stand after a message, and what would be admitted instead if one refuses it. */
export interface Affordable {
  readonly states: readonly BudgetState[];
  /** Null where nothing is exceeded. */
  readonly fitting: Fitting | null;
}

/** One client speaks to one server with one bundle. */
export interface Client {
  /** Origin of the split server. */
  readonly server: string;
  /** The bundle's manifest: its presets, its model, what was measured of it. */
  readonly bundle: Manifest;
  /** sha256 of the bundle's manifest, 64 hexadecimal digits. */
  readonly digest: string;
  /** What the client part of the inference runs on here. */
  readonly engine: EngineInfo;
  /** Preset of every call that names none; null where `createClient` was given none, and then each call must name one. */
  readonly preset: string | null;
  /**
   * Tokens of a prompt, without releasing anything: nothing is drawn and nothing is charged. With `earlier` they say which would be used
   * again. An empty text has none.
   * @throws SottoError `unknown_preset`
   */
  tokenize(prompt: Prompt, preset?: string, earlier?: Release): Promise<readonly PromptToken[]>;
  /**
   * A draw to look at. It cannot be sent.
   * @throws SottoError `unknown_preset`, `empty_prompt`, `prompt_too_long`
   */
  example(prompt: Prompt, preset?: string): Promise<ExampleDraw>;
  /**
   * A draw to send. Nothing leaves the device yet. `earlier` is the release this prompt goes on from, or is an edit of: what they
   * have in common goes again with the same levels and costs nothing.
   * @throws SottoError `unknown_preset`, `empty_prompt`, `prompt_too_long`, `engine_closed`
   */
  release(prompt: Prompt, preset?: string, earlier?: Release): Promise<Release>;
  /** What this device has told which server, and the budgets. */
  readonly ledger: Ledger;
  /** May so many new private tokens be sent? A dry run of what `send` does. */
  afford(charges: readonly PresetTokens[]): Promise<Affordable>;
  /**
   * Charge the ledger for a release whose frame is then sent by other means, such as OpenAI's client. `send` does it by itself; what was
   * charged once is not charged again.
   * @throws SottoError `bundle_mismatch`, `budget_exceeded`, `ledger_unavailable`, `ledger_full`, `ledger_corrupt`: do not send it
   */
  charge(release: Release): Promise<void>;
  /**
   * Charge the ledger, then send the release; yields the reply as it streams. Aborting the signal ends the stream and stops the
   * server. Where the ledger refuses, nothing has left the device.
   * @throws SottoError `budget_exceeded`, `ledger_unavailable`, `ledger_full`, `ledger_corrupt`, or what sending throws
   */
  send(release: Release, options?: CompletionOptions): AsyncIterable<CompletionChunk>;
  /**
   * `release` and `send` in one. Every call draws anew and so costs: to try again at no cost, keep a release and `send` it.
   * @param preset its name, or the options, with the preset among them or left to the client
   * @throws SottoError what `release` and `send` throw
   */
  complete(
    prompt: Prompt,
    preset?: string | CompleteOptions,
    options?: CompleteOptions,
  ): AsyncIterable<CompletionChunk>;
  /** OpenAI's interface to chats, with private text: `client.chat.completions.create`. */
  readonly chat: Chat;
  /** OpenAI's interface to the server's bundles: `client.models.list`. */
  readonly models: Models;
  /**
   * The cost of a message against any other text of this vocabulary: tighter than `privacyCost`, true of this bundle's table, and to
   * be shown beside it, never instead. The first call at a preset takes seconds, in the background.
   * @throws SottoError `unknown_preset`, `accounting_out_of_range`, `invalid_parameters` for the ternary mechanism
   */
  vocabularyCost(preset: string, tokens: number, delta: number): Promise<VocabularyCost>;
  /**
   * What the server could read of this prompt at this preset: independent draws, made for this alone and never sent, are attacked
   * here. Yields a reading for each attacker, the fast ones first; none where no token is private. Aborting the signal ends it
   * with the signal's reason; a newer preview ends it with `aborted`.
   * @param preset its name, or the options, with the preset among them or left to the client
   * @throws SottoError what `release` throws before anything is drawn, `runtime_unavailable` where the attack's worker broke: the
   * next preview starts another
   */
  preview(prompt: Prompt, preset?: string | PreviewOptions, options?: PreviewOptions): AsyncIterable<LeakReading>;
  /** The same for the levels of a release: what can be read of what really left, or will. It must not decide whether it is sent. */
  receipt(release: Release, options?: Pick<PreviewOptions, "signal">): AsyncIterable<LeakReading>;
  /** Ends the engine. The ledger stays open: it belongs to whoever opened it. */
  close(): Promise<void>;
}
