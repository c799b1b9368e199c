/**
 * `npm run bench:mechanism`: the real sampler's coordinates a second at every preset, beside the time that the platform takes
 * only to draw as many random bytes; and what a token takes on the wire, from real draws of one text.
 */
import { findPreset, type Preset } from "../src/core/bundle/manifest.ts";
import { platformRandom, type RandomSource } from "../src/core/mechanism/random.ts";
import { release } from "../src/core/mechanism/sampler.ts";
import { encodeFrame, decodeFrame, type LevelsSegment } from "../src/core/wire/frame.ts";
import { createLocalEngine } from "../src/engine/local-engine.ts";
import { openFolder } from "../src/sdk/index.node.ts";

const BUNDLE = "bundles/demo-stories";
const COORDINATES = 1 << 16;
const ROUNDS = 31;
const DRAWS = 200;
const TEXT =
  "Once upon a time, in a small house by the sea, there lived an old man and his little cat. Every morning the old man took " +
  "his boat and went out to catch some fish, and the cat sat on the warm stones and waited for him to come home. One day the " +
  "wind was very strong, and the boat did not come back.";

const parts = await openFolder(BUNDLE);
const { manifest } = parts;
const { dim, clip } = manifest;
const ids = parts.tokenizer.encode(TEXT);

/** Middle of an odd number of values. */
function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

function milliseconds(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

/** The platform's source, which remembers the sizes of what it was asked for. */
function counted() {
  const sizes: number[] = [];
  const source: RandomSource = {
    fill(bytes) {
      sizes.push(bytes.length);
      platformRandom.fill(bytes);
    },
  };
  return { source, sizes };
}

/** The text's activations, again and again. */
async function manyActivations(): Promise<Float32Array> {
  const once = await parts.projector.project(Int32Array.from(ids));
  return Float32Array.from({ length: COORDINATES }, (_, i) => once[i % once.length] ?? Number.NaN);
}

async function speed(preset: Preset): Promise<string[]> {
  const activations = await manyActivations();
  const parameters = { ...preset, dim, clip };
  const sampling: number[] = [];
  const drawing: number[] = [];
  let bytes = 0;
  // In turn, so that whatever else the machine does meets both; the first rounds warm up.
  for (let round = -5; round < ROUNDS; round++) {
    const { source, sizes } = counted();
    const whole = milliseconds(() => release(activations, parameters, source));
    const buffer = new Uint8Array(Math.max(...sizes));
    const alone = milliseconds(() => sizes.forEach((size) => platformRandom.fill(buffer.subarray(0, size))));
    if (round < 0) continue;
    sampling.push(whole);
    drawing.push(alone);
    bytes = sizes.reduce((sum, size) => sum + size, 0);
  }
  const ratio = median(sampling.map((time, i) => time / drawing[i]!));
  return [
    preset.name,
    `${((COORDINATES / median(sampling)) * 1e-3).toFixed(2)} M/s`,
    `${median(sampling).toFixed(2)} ms`,
    `${median(drawing).toFixed(2)} ms`,
    ratio.toFixed(2),
    (bytes / COORDINATES).toFixed(2),
  ];
}

/** Bytes a token, of the segment alone: the header and the preset's name do not grow with the text. */
async function size({ name }: Preset): Promise<string[]> {
  const engine = createLocalEngine(parts);
  const coded: number[] = [];
  const frames: number[] = [];
  let packed = 0;
  for (let draw = 0; draw < DRAWS; draw++) {
    const { frame } = await engine.release([{ kind: "private", text: TEXT, preset: name }]);
    const [segment] = decodeFrame(frame).segments as [LevelsSegment];
    const empty = encodeFrame({ bundle: parts.digest, segments: [{ ...segment, coding: "packed" }] }).length;
    packed = (segment.tokens * segment.dim * segment.bits) / 8;
    const around = empty - Math.ceil(packed) + 4;
    coded.push(frame.length - around);
    frames.push(frame.length);
  }
  const mean = coded.reduce((sum, bytes) => sum + bytes, 0) / DRAWS;
  return [
    name,
    (packed / ids.length).toFixed(2),
    (mean / ids.length).toFixed(2),
    (mean / packed).toFixed(3),
    (manifest.model.hidden * 2).toFixed(0),
    (new TextEncoder().encode(TEXT).length / ids.length).toFixed(2),
    `${Math.min(...frames)}..${Math.max(...frames)}`,
  ];
}

function table(rows: readonly string[][]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) => `  ${row.map((cell, i) => cell.padEnd(widths[i]!)).join("  ")}`.trimEnd()).join("\n");
}

const presets = manifest.presets.map(({ name }) => findPreset(manifest, name));
const speeds: string[][] = [["preset", "coordinates", "sampler", "random bytes alone", "ratio", "bytes a coordinate"]];
for (const preset of presets) speeds.push(await speed(preset));
const sizes: string[][] = [["preset", "packed", "coded", "coded/packed", "fp16 embeddings", "UTF-8", "frame"]];
for (const preset of presets) sizes.push(await size(preset));
await parts.projector.close();

process.stdout.write(
  `${manifest.id}, ${COORDINATES} coordinates a round, medians of ${ROUNDS}\n${table(speeds)}\n` +
    `Bytes a token of a text of ${ids.length} tokens, means of ${DRAWS} draws; frame: the whole, in bytes\n${table(sizes)}\n`,
);
