/** The engine of a gist bundle: tokenizer -> encoder -> clip, sample, pack, once for the whole message. */
import { findFile, findPreset, MESSAGE_CODES, MESSAGES, type GistManifest } from "../core/bundle/manifest.ts";
import { SottoError } from "../core/errors.ts";
import { platformRandom, type RandomSource } from "../core/mechanism/random.ts";
import type { Tokenizer } from "../core/text/tokenizer.ts";
import { encodeFrame } from "../core/wire/frame.ts";
import type { BundleSource } from "../storage/bundle-source.ts";
import { drawRows } from "./draw.ts";
import type { Projector } from "./engine.ts";
import { once } from "./once.ts";
import type { Draw, EngineInfo, ReleasedLevels } from "./types.ts";

/** Everything a gist engine is made of. `random` is a parameter for tests alone. */
export interface GistParts {
  readonly manifest: GistManifest;
  readonly digest: string;
  readonly tokenizer: Tokenizer;
  readonly projector: Projector;
  readonly source: Pick<BundleSource, "file">;
  readonly random?: RandomSource;
}

/**
 * A draw of a message's gist that will be, or was, sent. Sending it again sends the same bytes and costs nothing more; a new release of
 * the same words is a new cost.
 */
export interface GistRelease {
  readonly kind: "gist";
  /** sha256 of the manifest it was drawn for. */
  readonly bundle: string;
  readonly draw: Draw;
  readonly frame: Uint8Array<ArrayBuffer>;
  /** K rows of d; `tokens` is K. */
  readonly levels: ReleasedLevels;
  /** Tokens of the message. Their number is not in the frame. */
  readonly messageTokens: number;
}

/** Example messages of the bundle with their codes: public, for a preview on this device. */
export interface GistExamples {
  readonly messages: readonly { readonly text: string; readonly label: number }[];
  /** N x K d, each in -127..127: 127 is the clip bound. */
  readonly codes: Int8Array;
}

/** Turns messages into releases of their gist for one bundle. From `release` on, nothing knows the text. */
export interface GistEngine {
  readonly info: EngineInfo;
  readonly manifest: GistManifest;
  /** sha256 of the manifest, lower-case hexadecimal. */
  readonly digest: string;
  /** Tokens of a message. */
  count(text: string): Promise<number>;
  /** A draw to look at: independent of every other, and without a frame. */
  example(text: string, preset: string): Promise<ReleasedLevels>;
  /**
   * A draw to send.
   * @throws SottoError `empty_prompt`, `prompt_too_long`, `unknown_preset`
   */
  release(text: string, preset: string): Promise<GistRelease>;
  /** Null where the bundle has none. Fetched at the first call. @throws SottoError `bundle_corrupt`, or what fetching throws */
  examples(): Promise<GistExamples | null>;
  close(): Promise<void>;
}

export function createGistEngine(parts: GistParts): GistEngine {
  const { manifest, digest, tokenizer, projector, random = platformRandom } = parts;
  const { vectors, dim, clip } = manifest;

  async function draw(text: string, name: string): Promise<{ levels: ReleasedLevels; messageTokens: number }> {
    const preset = findPreset(manifest, name);
    const ids = tokenizer.encode(text);
    if (ids.length === 0) throw new SottoError("empty_prompt", "There is nothing to send: the text is empty.");
    if (ids.length > manifest.promptTokens) {
      const room = manifest.promptTokens;
      throw new SottoError("prompt_too_long", `The text has ${ids.length} tokens; this model has room for ${room}.`);
    }
    const levels = await drawRows(projector, ids, vectors, { ...preset, dim, clip }, random);
    return {
      levels: { preset: preset.name, bits: preset.bits, dim, tokens: vectors, levels },
      messageTokens: ids.length,
    };
  }

  return {
    info: projector.info,
    manifest,
    digest,
    count: (text) => Promise.resolve(tokenizer.encode(text).length),
    example: async (text, preset) => (await draw(text, preset)).levels,
    async release(text, preset) {
      const { levels, messageTokens } = await draw(text, preset);
      return {
        kind: "gist",
        bundle: digest,
        draw: { id: crypto.randomUUID(), charges: [{ preset, tokens: vectors }], publicTokens: 0 },
        // Packed, and not coded: every frame of a preset has one length, which then says nothing of the message.
        frame: encodeFrame({ bundle: digest, segments: [{ kind: "levels", ...levels, coding: "packed" }] }),
        levels,
        messageTokens,
      };
    },
    examples: once(() => readExamples(parts)),
    close: () => projector.close(),
  };
}

async function readExamples({ manifest, source }: GistParts): Promise<GistExamples | null> {
  if (!manifest.files.some(({ path }) => path === MESSAGES)) return null;
  const [json, codes] = await Promise.all(
    [MESSAGES, MESSAGE_CODES].map((path) => source.file(findFile(manifest, path))),
  );
  const messages = messagesIn(json!, manifest.labels.length);
  if (codes!.length !== messages.length * manifest.vectors * manifest.dim) {
    throw new SottoError("bundle_corrupt", "The bundle's example messages and their codes do not fit.");
  }
  return { messages, codes: new Int8Array(codes!.slice().buffer) };
}

function messagesIn(json: Uint8Array, labels: number): { text: string; label: number }[] {
  const corrupt = () => new SottoError("bundle_corrupt", "The bundle's example messages are not what they should be.");
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(json));
  } catch {
    throw corrupt();
  }
  const rows = (value as { messages?: unknown } | null)?.messages;
  if (!Array.isArray(rows)) throw corrupt();
  return rows.map((row: unknown) => {
    const [text, label] = Array.isArray(row) ? (row as unknown[]) : [];
    const fits =
      typeof text === "string" && Number.isInteger(label) && (label as number) >= 0 && (label as number) < labels;
    if (!fits) throw corrupt();
    return { text, label: label as number };
  });
}
