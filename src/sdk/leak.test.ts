import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { NGRAM } from "../core/bundle/manifest.ts";
import { localAttack } from "../engine/attack/local-attack.ts";
import type { AttackJob, OpenAttack } from "../engine/attack/attack.ts";
import type { Engine } from "../engine/engine.ts";
import { createLocalEngine } from "../engine/local-engine.ts";
import type { EngineParts } from "../engine/local-engine.ts";
import { memoryLedger } from "../storage/ledger-memory.ts";
import { clientOver } from "./client.ts";
import { openFolder } from "./index.node.ts";
import type { Client, LeakReading, Prompt } from "./types.ts";

const TEXT = "The old man had a red boat.";
const MIXED: Prompt = [
  { kind: "private", text: "Ann and Tom" },
  { kind: "public", text: " went to the " },
  { kind: "public", text: "sea" },
  { kind: "private", text: " with a dog", preset: "light" },
  { kind: "private", text: " and a cat", preset: "light" },
];

let parts: EngineParts;
let engine: Engine;
let client: Client;
/** What the attack was given. */
let jobs: AttackJob[];

const watched =
  (inner: OpenAttack): OpenAttack =>
  (kit) => {
    const attack = inner(kit);
    return {
      close: () => attack.close(),
      reports(job, signal) {
        jobs.push(job);
        return attack.reports(job, signal);
      },
    };
  };

beforeAll(async () => {
  const opened = await openFolder("bundles/demo-stories");
  const files = opened.manifest.files.filter(({ path }) => path !== NGRAM);
  parts = { ...opened, manifest: { ...opened.manifest, files } };
  engine = createLocalEngine(parts);
});
afterAll(() => engine.close());
beforeEach(() => {
  jobs = [];
  client = clientOver(engine, "http://localhost", memoryLedger(), watched(localAttack()));
});

async function all(readings: AsyncIterable<LeakReading>): Promise<LeakReading[]> {
  const found: LeakReading[] = [];
  for await (const reading of readings) found.push(reading);
  return found;
}

describe("a preview", () => {
  it("has the tokens of the prompt, with what each attacker names in words", async () => {
    const readings = await all(client.preview(TEXT, "light", { draws: 3 }));
    expect(readings.map(({ attacker }) => attacker)).toEqual(["nearest", "bayes"]);
    const tokens = await client.tokenize(TEXT, "light");
    for (const reading of readings) {
      expect(reading.draws).toBe(3);
      expect(reading.tokens.map(({ leak: _, ...token }) => token)).toEqual(tokens);
      for (const { leak } of reading.tokens) {
        expect(leak?.named).toHaveLength(3);
        expect(leak?.candidates.length).toBeGreaterThan(0);
        for (const { id, text } of leak === null ? [] : [leak.guess, ...leak.candidates]) {
          expect(text).toBe(parts.tokenizer.pieces([id])[0]);
        }
      }
    }
  });

  it("is of eight independent draws unless told, and none of them is a release", async () => {
    const release = vi.spyOn(engine, "release");
    await all(client.preview("The fox", "light"));
    expect(release).not.toHaveBeenCalled();
    release.mockRestore();
    const levels = jobs[0]?.draws.map(([segment]) =>
      segment?.kind === "private" ? String(segment.observations[0]?.levels) : "",
    );
    expect(levels).toHaveLength(8);
    expect(new Set(levels).size).toBe(8);
    expect(await client.ledger.rows()).toEqual([]);
  });

  it("shows the attacker a mixed message as it would be sent", async () => {
    const readings = await all(client.preview(MIXED, "strict", { draws: 1 }));
    const tokens = await client.tokenize(MIXED, "strict");
    const segments = jobs[0]?.draws[0] ?? [];
    expect(segments.map(({ kind }) => kind)).toEqual(["private", "public", "private"]);
    const mus = segments.map((s) => (s.kind === "private" ? s.observations[0]?.params.mu : null));
    const mu = (name: string) => parts.manifest.presets.find((preset) => preset.name === name)?.mu;
    expect(mus).toEqual([mu("strict"), null, mu("light")]);
    for (const reading of readings) {
      reading.tokens.forEach(({ leak }, i) => expect(leak === null).toBe(tokens[i]?.preset === null));
    }
  });

  it("counts what was sent before: the very levels that go again, and those at another preset besides", async () => {
    const earlier = await client.release("The old man had a red boat.", "light");
    await all(client.preview("The old man had a blue boat.", "light", { draws: 2, earlier }));
    const [first, second] = jobs[0]?.draws ?? [];
    const levels = (draw: typeof first) =>
      (draw ?? []).flatMap((s) => (s.kind === "private" ? s.observations.map((o) => Array.from(o.levels)) : []));
    const { dim } = parts.manifest;
    const known = Array.from(earlier.segments[0]?.levels ?? []);
    // What goes again is the same in every draw, and is what was sent; the word that is new is drawn for each.
    const [one = [], two = []] = [levels(first).flat(), levels(second).flat()];
    expect(one.slice(0, 5 * dim)).toEqual(known.slice(0, 5 * dim));
    expect(two.slice(0, 5 * dim)).toEqual(one.slice(0, 5 * dim));
    expect(one.slice(5 * dim)).not.toEqual(two.slice(5 * dim));
    expect(one.slice(-2 * dim)).toEqual(known.slice(-2 * dim));

    await all(client.preview("The old man had a red boat.", "strict", { draws: 1, earlier }));
    const [segment] = jobs[1]?.draws[0] ?? [];
    const seen = segment?.kind === "private" ? segment.observations : [];
    const mu = (name: string) => parts.manifest.presets.find((preset) => preset.name === name)?.mu;
    expect(seen.map(({ params }) => params.mu)).toEqual([mu("light"), mu("strict")]);
    expect(Array.from(seen[0]?.levels ?? [])).toEqual(known);
  });

  it("knows what went in the clear before", async () => {
    const earlier = await client.release(
      [
        { kind: "public", text: "The old man" },
        { kind: "private", text: " had a boat." },
      ],
      "light",
    );
    await all(client.preview("The old man had a boat.", "light", { draws: 1, earlier }));
    expect(jobs[0]?.draws[0]?.map(({ kind }) => kind)).toEqual(["public", "private"]);
  });

  it("of a prompt without private tokens is none; of no prompt it is refused", async () => {
    expect(await all(client.preview([{ kind: "public", text: TEXT }], "light"))).toEqual([]);
    await expect(all(client.preview("", "light"))).rejects.toMatchObject({ code: "empty_prompt" });
    await expect(all(client.preview(TEXT, "loud"))).rejects.toMatchObject({ code: "unknown_preset" });
    await expect(all(client.preview(TEXT.repeat(99), "light"))).rejects.toMatchObject({ code: "prompt_too_long" });
    for (const draws of [0, 1.5, 65]) {
      await expect(all(client.preview(TEXT, "light", { draws }))).rejects.toMatchObject({ code: "invalid_parameters" });
    }
    expect(jobs).toEqual([]);
  });

  it("ends with the signal's reason, before and between the readings", async () => {
    const reason = new Error("the text has changed");
    await expect(all(client.preview(TEXT, "light", { signal: AbortSignal.abort(reason) }))).rejects.toBe(reason);
    const control = new AbortController();
    const readings = client.preview(TEXT, "light", { signal: control.signal })[Symbol.asyncIterator]();
    await readings.next();
    control.abort(reason);
    await expect(readings.next()).rejects.toBe(reason);
  });

  it("takes the place of the one before", async () => {
    const first = client.preview(TEXT, "light")[Symbol.asyncIterator]();
    await first.next();
    const second = all(client.preview(TEXT, "light", { draws: 1 }));
    await expect(
      (async () => {
        await new Promise((resolve) => setTimeout(resolve, 0));
        for (;;) if ((await first.next()).done === true) return;
      })(),
    ).rejects.toMatchObject({ code: "aborted" });
    expect(await second).toHaveLength(2);
  });
});

describe("a receipt", () => {
  it("is of the very levels that left", async () => {
    const release = await client.release(MIXED, "strict");
    const readings = await all(client.receipt(release));
    expect(readings.map(({ draws }) => draws)).toEqual([1, 1]);
    const seen = jobs[0]?.draws[0]?.flatMap((s) =>
      s.kind === "private" ? Array.from(s.observations[0]?.levels ?? []) : [],
    );
    expect(seen).toEqual(release.segments.flatMap(({ levels }) => Array.from(levels)));
    expect([...(jobs[0]?.truth ?? [])]).toEqual(release.tokens.map(({ id }) => id));
  });

  it("is of the reused levels too, and does not end a preview", async () => {
    const before = await client.release(TEXT, "light");
    const release = await client.release(`${TEXT} It was old.`, "light", before);
    const preview = all(client.preview(TEXT, "light", { draws: 2 }));
    const [reading] = await all(client.receipt(release));
    expect(reading?.tokens.map(({ reused }) => reused)).toEqual(release.tokens.map(({ reused }) => reused));
    expect(reading?.tokens.every(({ leak }) => leak !== null)).toBe(true);
    expect(await preview).toHaveLength(2);
  });

  it("is refused for another bundle's release, whose parameters are not known here", async () => {
    const release = await client.release(TEXT, "light");
    await expect(all(client.receipt({ ...release, bundle: "00" }))).rejects.toMatchObject({ code: "bundle_mismatch" });
  });
});
