/** A client without a model, a network or a guarantee: for component tests and for looking at the page. Never in the product. */
import type {
  Client,
  CompletionChunk,
  EngineInfo,
  LeakReading,
  LoadProgress,
  Manifest,
  PrivacyCost,
  Prompt,
  PromptToken,
  Release,
  ReleasedLevels,
  SentSizes,
} from "../../sdk/types.ts";
import { gistCost } from "../../sdk/cost.ts";
import { memoryLedger } from "../../sdk/memory-ledger.ts";
import { freshTokens, placesInEarlier } from "../../sdk/reuse.ts";
import type { Sdk } from "../sdk.ts";
import { attackersAgainst } from "../../sdk/reading.ts";
import { fakeClassifier } from "./fake-classifier.ts";
import { fakeReading } from "./fake-leak.ts";
import { fakeManifest } from "./fake-manifest.ts";

export interface FakeOptions {
  /** Milliseconds between pieces of the reply, and between steps of loading. */
  readonly pace?: number;
  readonly engine?: EngineInfo;
  readonly reply?: string;
  /** Fail: while loading, when releasing, when sending, once while attacking, or after so many pieces of the reply. */
  readonly failAt?: "load" | "release" | "send" | "leak" | number;
  /** What may be asked is asked; called with what was, for tests that count. */
  readonly onCall?: (call: "preview" | "receipt" | "release" | "send") => void;
  /** Stay for ever at this share of loading. */
  readonly stuckAt?: number;
  readonly bundle?: Manifest;
}

export class FakeError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

const DIGEST = "5f0c".repeat(16);

const REPLY =
  " took a small lantern from the shelf and set it beside her bed. The light was warm and yellow. She looked at the shadows " +
  'and the shadows looked back. "You are only the trees," she said, and the trees nodded in the wind. After that the fox was ' +
  "not afraid any more, and she slept until the morning came.";

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

export function fakeSdk(options: FakeOptions = {}): Sdk {
  const { pace = 0, failAt, stuckAt } = options;
  return {
    createClient: async ({ onProgress }) => {
      for (const part of ["bundle", "runtime"] as const) {
        const total = part === "bundle" ? 2_412_530 : 12_906_114;
        for (let step = 0; step <= 8; step++) {
          const progress: LoadProgress = { part, loaded: Math.round((total * step) / 8), total, cached: false };
          onProgress(progress);
          await pause(pace);
          if (failAt === "load" && part === "runtime" && step === 4) {
            throw new FakeError("server_unreachable", "The server could not be reached.");
          }
          if (stuckAt !== undefined && part === "runtime" && step >= 8 * stuckAt) await new Promise(() => undefined);
        }
      }
      return fakeClient(options);
    },
    createClassifier: async () => fakeClassifier(),
    gistCost,
    privacyCost: fakeCost,
    mixedCost: (manifest, charges, delta, adjacency) => {
      const costs = charges.map(({ preset, tokens }) =>
        fakeCost(manifest, preset, adjacency === "token" ? 1 : tokens, delta, adjacency),
      );
      const combine = (numbers: number[]) =>
        adjacency === "token" ? Math.max(0, ...numbers) : numbers.reduce((sum, n) => sum + n, 0);
      return {
        adjacency,
        tokens: charges.reduce((sum, { tokens }) => sum + tokens, 0),
        bits: combine(costs.map(({ bits }) => bits)),
        epsilon: combine(costs.map(({ epsilon }) => epsilon)),
        delta,
      };
    },
  };
}

export function fakeClient(options: FakeOptions = {}): Client {
  const { pace = 0, failAt, reply = REPLY, bundle = fakeManifest, onCall } = options;
  let failures = 0;

  function draw(
    prompt: Prompt,
    preset: string,
    earlier?: Release,
  ): { tokens: PromptToken[]; segments: ReleasedLevels[]; sizes: SentSizes } {
    const tokens = tokensOf(prompt, preset, earlier);
    const bits = 4;
    const stretches = segmentsOf(prompt, preset).flatMap((s) =>
      s.preset === null ? [] : [{ ...s, preset: s.preset }],
    );
    const segments = stretches.map(({ text, preset: name }): ReleasedLevels => {
      const count = split(text, name).length;
      const levels = new Uint8Array(count * bundle.dim);
      const random = new Uint16Array(levels.length);
      for (let at = 0; at < random.length; at += 32_768) crypto.getRandomValues(random.subarray(at, at + 32_768));
      // Fifteen fair coins: what a level is when nothing is said at all.
      random.forEach((coins, i) => (levels[i] = ones(coins & 0x7fff)));
      return { preset: name, bits, dim: bundle.dim, tokens: count, levels };
    });
    const size = segments.reduce((sum, { levels }) => sum + levels.length, 0);
    return {
      tokens,
      segments,
      sizes: {
        frame: 60 + Math.ceil((size * bits) / 8),
        text: new TextEncoder().encode(textOf(prompt)).length,
        embeddings: tokens.length * bundle.model.hidden * 2,
      },
    };
  }

  const presetOf = (preset: string | { readonly preset?: string } | undefined) =>
    (typeof preset === "object" ? preset.preset : preset) ?? bundle.presets[0]?.name ?? "";

  async function* read(
    tokens: readonly PromptToken[],
    draws: number,
    signal?: AbortSignal,
  ): AsyncGenerator<LeakReading> {
    const against = tokens.flatMap(({ preset }) => preset ?? []);
    for (const attacker of attackersAgainst(bundle, against)) {
      await pause(10 * pace);
      signal?.throwIfAborted();
      if (failAt === "leak" && attacker === "bayes" && failures++ === 0) {
        throw new FakeError("engine_failed", "The attack could not be computed here.");
      }
      yield fakeReading(bundle, tokens, attacker, draws);
    }
  }

  return {
    server: "https://example.invalid",
    bundle,
    digest: DIGEST,
    engine: options.engine ?? { backend: "wasm-threads", threads: 2, note: "WebGPU: no adapter on this machine." },
    ledger: memoryLedger(),
    async charge() {
      return undefined;
    },
    async afford() {
      return { states: [], fitting: null };
    },
    async tokenize(prompt, preset, earlier) {
      return tokensOf(prompt, presetOf(preset), earlier);
    },
    async example(prompt, preset) {
      return { kind: "example", ...draw(prompt, presetOf(preset)) };
    },
    async *preview(prompt, preset, options) {
      onCall?.("preview");
      const { draws = 8, signal } = (typeof preset === "object" ? preset : options) ?? {};
      yield* read(tokensOf(prompt, presetOf(preset)), draws, signal);
    },
    async *receipt(release, { signal } = {}) {
      onCall?.("receipt");
      yield* read(release.tokens, 1, signal);
    },
    async release(prompt, preset, earlier): Promise<Release> {
      onCall?.("release");
      await pause(pace);
      if (failAt === "release" && failures++ === 0) throw new FakeError("engine_closed", "The engine has stopped.");
      const drawn = draw(prompt, presetOf(preset), earlier);
      const charges = freshTokens(drawn.tokens);
      const own = charges.length === 0 ? [] : [{ id: crypto.randomUUID(), charges, publicTokens: 0 }];
      const draws = [...(earlier?.draws ?? []), ...own];
      return { kind: "release", bundle: DIGEST, draws, frame: new Uint8Array(60), ...drawn };
    },
    async *send(_release, { signal } = {}): AsyncGenerator<CompletionChunk> {
      onCall?.("send");
      await pause(8 * pace);
      if (failAt === "send" && failures++ === 0) {
        throw new FakeError("server_unreachable", "The server could not be reached.");
      }
      const pieces = reply.match(/\s*\S+/g) ?? [];
      for (const [i, text] of pieces.entries()) {
        if (signal?.aborted === true) throw new FakeError("aborted", "Stopped.");
        if (failAt === i && failures++ === 0) {
          throw new FakeError("stream_interrupted", "The connection ended before the reply did.");
        }
        yield { text, finishReason: null, usage: null };
        await pause(pace);
      }
      yield { text: "", finishReason: "stop", usage: { promptTokens: 0, completionTokens: pieces.length } };
    },
    async *complete() {
      yield* [];
    },
    preset: null,
    // The page has no use for these.
    chat: {
      completions: { create: (): Promise<never> => Promise.reject(new FakeError("server_error", "Not faked.")) },
    },
    models: {
      list: () => Promise.resolve({ object: "list", data: [] }),
      retrieve: () => Promise.reject(new FakeError("bundle_not_found", "Not faked.")),
    },
    async vocabularyCost(preset, tokens, delta) {
      const { epsilon, bits } = fakeCost(bundle, preset, tokens, delta, "message");
      return { tokens, delta, epsilon: 0.85 * epsilon, bits, exact: tokens === 1, worstPair: [1, 2] };
    },
    async close() {},
  };
}

/** The information bound for small q, and Gaussian approximations of epsilon: near enough to look at. */
export function fakeCost(
  manifest: Manifest,
  preset: string,
  tokens: number,
  delta: number,
  adjacency: PrivacyCost["adjacency"],
): PrivacyCost {
  const mu = (manifest.presets.find((p) => p.name === preset)?.mu ?? 0) * Math.sqrt(tokens);
  const epsilon = mu ** 2 / 2 + mu * Math.sqrt(2 * Math.log(1 / delta));
  return {
    adjacency,
    tokens,
    bits: Math.min(mu ** 2 / (8 * Math.LN2), tokens * Math.log2(manifest.model.vocabulary)),
    epsilon,
    delta,
  };
}

/** The tokens of a prompt, as the engine marks them. The levels of those used again are drawn all the same: nobody reads them. */
function tokensOf(prompt: Prompt, preset: string, earlier?: Release): PromptToken[] {
  const tokens = segmentsOf(prompt, preset).flatMap((segment) => split(segment.text, segment.preset));
  const places = placesInEarlier(tokens, earlier?.tokens ?? []);
  return tokens.map((token, i) => ({ ...token, reused: places[i] !== -1 }));
}

function segmentsOf(prompt: Prompt, preset: string): { text: string; preset: string | null }[] {
  if (typeof prompt === "string") return [{ text: prompt, preset }];
  return prompt.map((s) => ({ text: s.text, preset: s.kind === "public" ? null : (s.preset ?? preset) }));
}

/** Words with the space before them; long ones in two pieces. */
function split(text: string, preset: string | null): PromptToken[] {
  const words = text.match(/\s*(?:[\p{L}\p{M}]+|\p{N}{1,3}|[^\s\p{L}\p{N}])|\s+$/gu) ?? [];
  const pieces = words.flatMap((word) => (word.length > 7 ? [word.slice(0, 5), word.slice(5)] : [word]));
  return pieces.map((piece) => ({ id: numberOf(piece), text: piece, preset, reused: false }));
}

function textOf(prompt: Prompt): string {
  return typeof prompt === "string" ? prompt : prompt.map((segment) => segment.text).join("");
}

/** The same for the same piece. */
function numberOf(piece: string): number {
  return Array.from(piece).reduce((sum, letter) => (31 * sum + (letter.codePointAt(0) ?? 0)) % 1_000_003, 0);
}

function ones(value: number): number {
  let n = 0;
  for (let rest = value; rest > 0; rest >>= 1) n += rest & 1;
  return n;
}
