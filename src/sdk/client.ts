/** A client over any engine: the one way to the wire, for the app, the CLI and the tests. */
import type { ReleaseEntry } from "../core/accounting/ledger/entries.ts";
import { vocabularyCost } from "../core/accounting/vocabulary.ts";
import type { VocabularyProfile } from "../core/accounting/vocabulary-profile.ts";
import { SottoError } from "../core/errors.ts";
import type { OpenAttack } from "../engine/attack/attack.ts";
import type { Engine } from "../engine/engine.ts";
import { macrotask } from "../engine/vocabulary.ts";
import type { Ledger } from "../storage/ledger.ts";
import { streamCompletion } from "./completions.ts";
import { parametersOf } from "./cost.ts";
import { leakReader } from "./leak.ts";
import { chatOver } from "./openai/chat.ts";
import { modelsOf } from "./openai/models.ts";
import { settlePrompt } from "./prompt.ts";
import type {
  Affordable,
  Client,
  CompletionOptions,
  Draw,
  PresetTokens,
  Prompt,
  PromptToken,
  Release,
} from "./types.ts";

/** What the calls of a client need not say. */
export interface Defaults {
  readonly preset?: string | undefined;
  readonly apiKey?: string | undefined;
}

/**
 * Bind an engine to a server and to the ledger that is charged before anything goes there. `server` is an origin; `openAttack`
 * says where previews are computed.
 */
export function clientOver(
  engine: Engine,
  server: string,
  ledger: Ledger,
  openAttack: OpenAttack,
  defaults: Defaults = {},
): Client {
  const { manifest } = engine;
  const reader = leakReader(engine, openAttack);
  const keyed = defaults.apiKey === undefined ? {} : { apiKey: defaults.apiKey };

  function settle(prompt: Prompt, preset: string | undefined) {
    const name = preset ?? defaults.preset;
    if (name !== undefined) return settlePrompt(prompt, name, manifest);
    const names = manifest.presets.map((one) => one.name).join(", ");
    throw new SottoError("unknown_preset", `Name a preset, in the call or when the client is made: ${names}.`);
  }

  /** Refuse what the server could only refuse, before anything is drawn. */
  function fits(tokens: readonly PromptToken[]): void {
    const room = manifest.model.contextLength - manifest.softPromptTokens - 1;
    if (tokens.length > room) {
      throw new SottoError("prompt_too_long", `The text has ${tokens.length} tokens; this model has room for ${room}.`);
    }
  }

  async function release(prompt: Prompt, preset?: string, earlier?: Release): Promise<Release> {
    const segments = settle(prompt, preset);
    fits(await engine.tokenize(segments));
    return engine.release(segments, earlier);
  }

  /** What the ledger is charged for a draw. Its time is now; a draw that was charged keeps the time it has there. */
  const entry = (draw: Draw): ReleaseEntry => ({
    kind: "release",
    id: draw.id,
    at: Date.now(),
    server: new URL(server).origin,
    bundle: engine.digest,
    bundleId: manifest.id,
    charges: draw.charges.map(({ preset, tokens }) => ({ preset, tokens, params: parametersOf(manifest, preset) })),
    publicTokens: draw.publicTokens,
  });

  async function charge(sent: Pick<Release, "bundle" | "draws">): Promise<void> {
    // Another bundle's parameters are not known here, so what the release costs is not either.
    if (sent.bundle !== engine.digest) {
      throw new SottoError("bundle_mismatch", "This was released for another version of the bundle. Release it anew.");
    }
    // A draw that was charged before is not charged again.
    for (const draw of sent.draws) await ledger.spend(entry(draw));
  }

  async function* send(sent: Release, options: CompletionOptions = {}) {
    // Spend, then send.
    await charge(sent);
    yield* streamCompletion(server, manifest.id, sent.frame, { ...keyed, ...options });
  }

  async function afford(charges: readonly PresetTokens[]): Promise<Affordable> {
    if (charges.length === 0) return { states: [], fitting: null };
    const asked = entry({ id: crypto.randomUUID(), charges, publicTokens: 0 });
    const states = await ledger.afford(asked);
    if (!states.some(({ exceeded }) => exceeded)) return { states, fitting: null };
    const presets = manifest.presets.map(({ name }) => ({ preset: name, params: parametersOf(manifest, name) }));
    return { states, fitting: await ledger.fitting(asked, presets) };
  }

  const profiles = new Map<string, Promise<VocabularyProfile | null>>();

  /** Asked once for each preset; one that failed is asked again. */
  function profileOf(preset: string): Promise<VocabularyProfile | null> {
    const known = profiles.get(preset);
    if (known !== undefined) return known;
    const asked = engine.vocabulary(preset);
    profiles.set(preset, asked);
    asked.catch(() => profiles.delete(preset));
    return asked;
  }

  return {
    server,
    bundle: manifest,
    digest: engine.digest,
    engine: engine.info,
    preset: defaults.preset ?? null,
    async tokenize(prompt, preset, earlier) {
      if (typeof prompt === "string" && prompt === "") return [];
      return engine.tokenize(settle(prompt, preset), earlier);
    },
    async example(prompt, preset) {
      const segments = settle(prompt, preset);
      fits(await engine.tokenize(segments));
      return engine.example(segments);
    },
    ledger,
    afford,
    release,
    charge,
    send,
    async *complete(prompt, preset, options) {
      const [name, rest] = settleCall(preset, options);
      yield* send(await release(prompt, name), rest);
    },
    chat: chatOver({
      server,
      manifest,
      digest: engine.digest,
      release,
      charge,
      tokenize: (segments) => engine.tokenize(segments),
      preset: defaults.preset,
      apiKey: defaults.apiKey,
    }),
    models: modelsOf(server, defaults.apiKey),
    vocabularyCost: async (preset, tokens, delta) =>
      vocabularyCost(await profileOf(preset), parametersOf(manifest, preset), tokens, delta, macrotask),
    async *preview(prompt, preset, options) {
      const [name, rest] = settleCall(preset, options);
      const segments = settle(prompt, name);
      fits(await engine.tokenize(segments));
      yield* reader.preview(segments, rest);
    },
    receipt: (sent, options) => reader.receipt(sent, options?.signal),
    async close() {
      await reader.close();
      await engine.close();
    },
  };
}

/** A call's preset and its options, whichever way they were given. A name by itself comes before one among the options. */
function settleCall<T extends { readonly preset?: string }>(
  preset: string | T | undefined,
  options: T | undefined,
): [string | undefined, T | undefined] {
  const rest = typeof preset === "object" ? preset : options;
  return [typeof preset === "string" ? preset : rest?.preset, rest];
}
