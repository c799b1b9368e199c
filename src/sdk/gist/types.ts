/** The public data of the gist split: one release for a whole message, and labels back. */
import type { GistManifest, GistLabel } from "../../core/bundle/manifest.ts";
import type { GistRelease } from "../../engine/gist-engine.ts";
import type { ReleaseCost } from "../../core/accounting/cost.ts";
import type { EngineInfo, ReleasedLevels } from "../../engine/types.ts";
import type { Ledger } from "../../storage/ledger.ts";
import type { Affordable } from "../types.ts";

export type { GistLabel, GistManifest, GistRelease };

/** A label and how likely the server holds it. */
export interface LabelProbability extends GistLabel {
  readonly probability: number;
}

export interface Classification {
  /** All labels of the bundle, the likeliest first. */
  readonly labels: readonly LabelProbability[];
}

export interface AskOptions {
  /** The classifier's unless told. */
  readonly preset?: string;
  /** API key of the server, in place of the classifier's own. */
  readonly apiKey?: string;
  readonly signal?: AbortSignal;
}

/** What could be made of a message, by whoever knows the bundle's example messages and sees one release of it. Means over draws. */
export interface GistReading {
  /** Independent draws that were looked at. */
  readonly draws: number;
  /** All labels, the likeliest first: a label is as likely as its example messages together. */
  readonly labels: readonly LabelProbability[];
  /** The example messages that fit best, at most ten. */
  readonly messages: readonly { readonly text: string; readonly label: GistLabel; readonly probability: number }[];
  /** Bits: how much narrower the labels have become, log2 of their number less the entropy of what is left. */
  readonly bitsGained: number;
}

/** One classifier speaks to one server with one bundle. */
export interface Classifier {
  /** Origin of the split server. */
  readonly server: string;
  readonly bundle: GistManifest;
  /** sha256 of the bundle's manifest, 64 hexadecimal digits. */
  readonly digest: string;
  readonly engine: EngineInfo;
  /** Preset of every call that names none; null where none was given, and then each call must name one. */
  readonly preset: string | null;
  /** What this device has told which server, and the budgets. */
  readonly ledger: Ledger;
  /** Tokens of a message; `bundle.promptTokens` are the most. Nothing is drawn. */
  count(text: string): Promise<number>;
  /** What one message costs at a preset, whatever it says and however long it is. @throws SottoError `unknown_preset` */
  cost(preset: string, delta: number): ReleaseCost;
  /**
   * Whether the budgets admit one more message at a preset. Nothing is charged.
   * @throws SottoError `unknown_preset`, `ledger_unavailable`, `ledger_corrupt`
   */
  afford(preset?: string): Promise<Affordable>;
  /** A draw to look at. It cannot be sent. @throws SottoError as `release` */
  example(text: string, preset?: string): Promise<ReleasedLevels>;
  /**
   * A draw to send. Nothing leaves the device yet.
   * @throws SottoError `unknown_preset`, `empty_prompt`, `prompt_too_long`, `engine_closed`
   */
  release(text: string, preset?: string): Promise<GistRelease>;
  /**
   * Charge the ledger, then send the release. What was charged once is not charged again.
   * @throws SottoError `bundle_mismatch`, `budget_exceeded`, `ledger_unavailable`, `aborted`, or what the server answered
   */
  send(release: GistRelease, options?: Omit<AskOptions, "preset">): Promise<Classification>;
  /** `release` and `send` in one. Every call draws anew and so costs. @throws SottoError what both throw */
  classify(text: string, options?: AskOptions): Promise<Classification>;
  /**
   * What could be made of this message at this preset: independent draws, made for this alone and never sent, are compared here with the
   * bundle's example messages. Null where the bundle has none.
   * @param draws 16 unless told
   * @throws SottoError what `release` throws
   */
  preview(text: string, preset?: string, draws?: number): Promise<GistReading | null>;
  /** The same of a release that was, or will be, sent. */
  receipt(release: GistRelease): Promise<GistReading | null>;
  close(): Promise<void>;
}
