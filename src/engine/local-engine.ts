/** The engine itself, in whatever thread it is called: tokenizer -> projection -> clip, sample, pack. */
import type { Manifest } from "../core/bundle/manifest.ts";
import { findPreset } from "../core/bundle/manifest.ts";
import { SottoError } from "../core/errors.ts";
import { platformRandom, type RandomSource } from "../core/mechanism/random.ts";
import { release as releaseLevels } from "../core/mechanism/sampler.ts";
import type { Tokenizer } from "../core/text/tokenizer.ts";
import { encodeFrame, type Segment } from "../core/wire/frame.ts";
import type { Engine, Projector } from "./engine.ts";
import type { EngineSegment, PromptToken, ReleasedLevels } from "./types.ts";

/** Everything an engine is made of. `random` is a parameter for tests alone. */
export interface EngineParts {
  readonly manifest: Manifest;
  readonly digest: string;
  readonly tokenizer: Tokenizer;
  readonly projector: Projector;
  readonly random?: RandomSource;
}

export function createLocalEngine(parts: EngineParts): Engine {
  const { manifest, digest, tokenizer, projector, random = platformRandom } = parts;

  async function draw(segments: readonly EngineSegment[]) {
    const tokens = tokenizeSegments(tokenizer, segments);
    const wire: Segment[] = [];
    for (const segment of segments) {
      const ids = tokenizer.encode(segment.text);
      if (ids.length === 0) continue;
      wire.push(
        segment.kind === "public"
          ? { kind: "public", ids: Uint32Array.from(ids) }
          : { kind: "levels", ...(await releaseSegment(ids, segment.preset)), coding: "entropy" },
      );
    }
    if (wire.length === 0) throw new SottoError("empty_prompt", "There is nothing to send: the text is empty.");
    const frame = encodeFrame({ bundle: digest, segments: wire });
    return {
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

  async function releaseSegment(ids: readonly number[], presetName: string): Promise<ReleasedLevels> {
    const preset = findPreset(manifest, presetName);
    const { dim, clip } = manifest;
    const activations = await projector.project(Int32Array.from(ids));
    try {
      if (activations.length !== ids.length * dim) {
        throw new SottoError("bundle_corrupt", "The bundle's client model gives another width than its manifest says.");
      }
      const levels = releaseLevels(activations, { ...preset, dim, clip }, random);
      return { preset: preset.name, bits: preset.bits, dim, tokens: ids.length, levels };
    } finally {
      // The activations name the tokens to whoever reads them: they do not outlive the draw.
      activations.fill(0);
    }
  }

  return {
    info: projector.info,
    manifest,
    digest,
    tokenize: (segments) => Promise.resolve(tokenizeSegments(tokenizer, segments)),
    release: async (segments) => ({ kind: "release", ...(await draw(segments)) }),
    example: async (segments) => {
      const { tokens, segments: levels, sizes } = await draw(segments);
      return { kind: "example", tokens, segments: levels, sizes };
    },
    close: () => projector.close(),
  };
}

function tokenizeSegments(tokenizer: Tokenizer, segments: readonly EngineSegment[]): PromptToken[] {
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
