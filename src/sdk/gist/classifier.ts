/** A classifier over any gist engine: the one way to the wire for messages of which only the gist is released. */
import { z } from "zod";
import type { ReleaseEntry } from "../../core/accounting/ledger/entries.ts";
import { findPreset, type GistManifest } from "../../core/bundle/manifest.ts";
import { SottoError } from "../../core/errors.ts";
import { toBase64 } from "../../core/wire/base64.ts";
import type { GistEngine, GistRelease } from "../../engine/gist-engine.ts";
import type { Draw } from "../../engine/types.ts";
import type { Ledger } from "../../storage/ledger.ts";
import type { Defaults } from "../client.ts";
import { gistCost, parametersOf } from "../cost.ts";
import { askJson } from "../http.ts";
import type { Affordable } from "../types.ts";
import { readGist } from "./reading.ts";
import type { AskOptions, Classification, Classifier, GistReading, LabelProbability } from "./types.ts";

/** Of an answer what is read here, and no more. */
const answerShape = z.object({
  labels: z.array(z.object({ label: z.string(), probability: z.number().min(0).max(1) })).max(512),
});

/** Draws of a preview: each is cheap, and the mean of a few still moves. */
const DRAWS = 16;
const MOST_DRAWS = 256;

/** Bind a gist engine to a server and to the ledger that is charged before anything goes there. `server` is an origin. */
export function classifierOver(
  engine: GistEngine,
  server: string,
  ledger: Ledger,
  defaults: Defaults = {},
): Classifier {
  const { manifest, digest } = engine;

  function named(preset: string | undefined): string {
    const name = preset ?? defaults.preset;
    if (name !== undefined) return findPreset(manifest, name).name;
    const names = manifest.presets.map((one) => one.name).join(", ");
    throw new SottoError("unknown_preset", `Name a preset, in the call or when the classifier is made: ${names}.`);
  }

  /** What the ledger is charged: so many vectors at a preset. Its time is now; a draw that was charged keeps the time it has there. */
  const entry = (draw: Draw): ReleaseEntry => ({
    kind: "release",
    id: draw.id,
    at: Date.now(),
    server: new URL(server).origin,
    bundle: digest,
    bundleId: manifest.id,
    charges: draw.charges.map(({ preset, tokens }) => ({ preset, tokens, params: parametersOf(manifest, preset) })),
    publicTokens: draw.publicTokens,
  });

  async function send(release: GistRelease, { apiKey = defaults.apiKey, signal }: AskOptions = {}) {
    if (release.bundle !== digest) {
      throw new SottoError("bundle_mismatch", "This was released for another version of the bundle. Release it anew.");
    }
    if (signal?.aborted) throw new SottoError("aborted", "Stopped.", { cause: signal.reason });
    // Spend, then send.
    await ledger.spend(entry(release.draw));
    const body = JSON.stringify({ model: manifest.id, private_prompt: toBase64(release.frame) });
    const ask = { server, path: "/v1/classifications", body, accept: "application/json", apiKey } as const;
    return labelled(manifest, (await askJson(ask, answerShape, signal)).labels);
  }

  async function afford(preset?: string): Promise<Affordable> {
    const charges = [{ preset: named(preset), tokens: manifest.vectors }];
    const asked = entry({ id: crypto.randomUUID(), charges, publicTokens: 0 });
    const states = await ledger.afford(asked);
    if (!states.some(({ exceeded }) => exceeded)) return { states, fitting: null };
    const presets = manifest.presets.map(({ name }) => ({ preset: name, params: parametersOf(manifest, name) }));
    // A message goes as a whole or not at all: none of its vectors can be left out.
    return { states, fitting: { ...(await ledger.fitting(asked, presets)), fewer: manifest.vectors, left: 0 } };
  }

  async function reading(preset: string, draws: readonly Uint8Array[]): Promise<GistReading | null> {
    const examples = await engine.examples();
    return examples === null ? null : readGist(manifest, examples, draws, parametersOf(manifest, preset));
  }

  return {
    server,
    bundle: manifest,
    digest,
    engine: engine.info,
    preset: defaults.preset ?? null,
    ledger,
    count: (text) => engine.count(text),
    cost: (preset, delta) => gistCost(manifest, preset, delta),
    afford,
    example: async (text, preset) => engine.example(text, named(preset)),
    release: async (text, preset) => engine.release(text, named(preset)),
    send,
    classify: async (text, options = {}) => send(await engine.release(text, named(options.preset)), options),
    async preview(text, preset, draws = DRAWS) {
      if (!Number.isInteger(draws) || draws < 1 || draws > MOST_DRAWS) {
        throw new SottoError("invalid_parameters", `A preview takes from 1 to ${MOST_DRAWS} draws.`);
      }
      const name = named(preset);
      const each: Uint8Array[] = [];
      for (let i = 0; i < draws; i++) each.push((await engine.example(text, name)).levels);
      return reading(name, each);
    },
    receipt: ({ levels }) => reading(levels.preset, [levels.levels]),
    close: () => engine.close(),
  };
}

/** Every label with its title and its help. An answer is of each label of the bundle once, and of no other. */
function labelled(
  { labels }: GistManifest,
  answered: readonly { readonly label: string; readonly probability: number }[],
): Classification {
  const left = new Map(labels.map((label) => [label.name, label]));
  const found = answered.map(({ label, probability }): LabelProbability => {
    const of = left.get(label);
    if (of === undefined) throw new SottoError("server_error", "The server answered with other labels than it has.");
    left.delete(label);
    return { ...of, probability };
  });
  if (left.size > 0) throw new SottoError("server_error", "The server answered with fewer labels than it has.");
  return { labels: found.sort((a, b) => b.probability - a.probability) };
}
