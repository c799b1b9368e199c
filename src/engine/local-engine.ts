/** The engine itself, in whatever thread it is called: tokenizer -> projection -> clip, sample, pack. */
import type { ProfileCache } from "../core/accounting/vocabulary-profile.ts";
import type { Manifest } from "../core/bundle/manifest.ts";
import { DENOISER, findFile, findPreset } from "../core/bundle/manifest.ts";
import { SottoError } from "../core/errors.ts";
import { platformRandom, type RandomSource } from "../core/mechanism/random.ts";
import type { Tokenizer } from "../core/text/tokenizer.ts";
import { encodeFrame, type Segment } from "../core/wire/frame.ts";
import type { BundleSource } from "../storage/bundle-source.ts";
import { attackKit } from "./attack-kit.ts";
import { drawRows } from "./draw.ts";
import type { Engine, Projector } from "./engine.ts";
import { freshTokens, levelsByToken, placesInEarlier, type BareToken } from "./reuse.ts";
import { once } from "./once.ts";
import { profileOfBundle, projectedTable } from "./vocabulary.ts";
import type { Draw, EngineSegment, PromptToken, Release, ReleasedLevels } from "./types.ts";

/** Everything an engine is made of. `random` is a parameter for tests alone. */
export interface EngineParts {
  readonly manifest: Manifest;
  readonly digest: string;
  readonly tokenizer: Tokenizer;
  readonly projector: Projector;
  /** For files that are fetched only when something asks for them. */
  readonly source: Pick<BundleSource, "file">;
  readonly random?: RandomSource;
  /** Keeps what `vocabulary` computes; none by default. */
  readonly profiles?: ProfileCache | null;
}

export function createLocalEngine(parts: EngineParts): Engine {
  const { manifest, digest, tokenizer, projector, random = platformRandom, profiles = null } = parts;
  const table = once(() => projectedTable(projector, manifest));
  const kit = once(() => attackKit(parts, table));

  /** Where this prompt's tokens stand in the earlier one: nowhere if there is none, or it is of another bundle. */
  function places(tokens: readonly BareToken[], earlier: Release | undefined): Int32Array {
    return placesInEarlier(tokens, earlier?.bundle === digest ? earlier.tokens : []);
  }

  async function draw(segments: readonly EngineSegment[], earlier?: Release) {
    const bare = tokenizeSegments(tokenizer, segments);
    const from = places(bare, earlier);
    const rows = earlier === undefined ? [] : levelsByToken(earlier);
    const wire: Segment[] = [];
    let at = 0;
    for (const segment of segments) {
      const ids = tokenizer.encode(segment.text);
      if (ids.length === 0) continue;
      const known = Array.from(from.subarray(at, at + ids.length), (place) => rows[place]);
      at += ids.length;
      wire.push(
        segment.kind === "public"
          ? { kind: "public", ids: Uint32Array.from(ids) }
          : { kind: "levels", ...(await releaseSegment(ids, segment.preset, known)), coding: "entropy" },
      );
    }
    if (wire.length === 0) throw new SottoError("empty_prompt", "There is nothing to send: the text is empty.");
    const frame = encodeFrame({ bundle: digest, segments: wire });
    const tokens = markReused(bare, from);
    return {
      bundle: digest,
      draws: [...(earlier?.bundle === digest ? earlier.draws : []), ...ownDraw(tokens)],
      frame,
      tokens,
      segments: wire.flatMap((s) => (s.kind === "levels" ? [withoutKind(s)] : [])),
      sizes: {
        frame: frame.length,
        text: segments.reduce((sum, s) => sum + new TextEncoder().encode(s.text).length, 0),
        embeddings: tokens.length * manifest.model.hidden * 2,
      },
    };
  }

  /** Levels of a private segment: those `known` as they are, the others drawn. */
  async function releaseSegment(
    ids: readonly number[],
    presetName: string,
    known: readonly (Uint8Array | undefined)[],
  ): Promise<ReleasedLevels> {
    const preset = findPreset(manifest, presetName);
    const { dim, clip } = manifest;
    const fresh = ids.filter((_, i) => known[i] === undefined);
    const drawn =
      fresh.length === 0
        ? new Uint8Array(0)
        : await drawRows(projector, fresh, fresh.length, { ...preset, dim, clip }, random);
    const levels = new Uint8Array(ids.length * dim);
    let next = 0;
    ids.forEach((_, i) => {
      const row = known[i] ?? drawn.subarray(next * dim, (next + 1) * dim);
      if (known[i] === undefined) next++;
      levels.set(row, i * dim);
    });
    return { preset: preset.name, bits: preset.bits, dim, tokens: ids.length, levels };
  }

  return {
    info: projector.info,
    manifest,
    digest,
    tokenize: async (segments, earlier) => {
      const bare = tokenizeSegments(tokenizer, segments);
      return Promise.resolve(markReused(bare, places(bare, earlier)));
    },
    release: async (segments, earlier) => ({ kind: "release", ...(await draw(segments, earlier)) }),
    example: async (segments) => {
      const { tokens, segments: levels, sizes } = await draw(segments);
      return { kind: "example", tokens, segments: levels, sizes };
    },
    vocabulary: (preset) => profileOfBundle(manifest, digest, table, preset, profiles),
    attackKit: kit,
    denoiser: async () => parts.source.file(findFile(manifest, DENOISER)),
    close: () => projector.close(),
  };
}

function markReused(tokens: readonly BareToken[], places: Int32Array): PromptToken[] {
  return tokens.map((token, i) => ({ ...token, reused: places[i] !== -1 }));
}

/** The draw of the tokens whose levels are new; none where there are none. */
function ownDraw(tokens: readonly PromptToken[]): Draw[] {
  const charges = freshTokens(tokens);
  if (charges.length === 0) return [];
  return [{ id: crypto.randomUUID(), charges, publicTokens: tokens.filter(({ preset }) => preset === null).length }];
}

function tokenizeSegments(tokenizer: Tokenizer, segments: readonly EngineSegment[]): BareToken[] {
  return segments.flatMap((segment) => {
    const ids = tokenizer.encode(segment.text);
    const pieces = tokenizer.pieces(ids);
    const preset = segment.kind === "private" ? segment.preset : null;
    return ids.map((id, i) => ({ id, text: pieces[i] ?? "", preset }));
  });
}

function withoutKind(segment: ReleasedLevels): ReleasedLevels {
  const { preset, bits, dim, tokens, levels } = segment;
  return { preset, bits, dim, tokens, levels };
}
