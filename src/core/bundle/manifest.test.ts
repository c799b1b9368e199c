import { describe, expect, it } from "vitest";
import { validateParameters } from "../mechanism/params.ts";
import { parseManifest } from "./manifest-schema.ts";
import {
  CLIENT_MODEL,
  DECODER,
  DENOISER,
  findFile,
  findPreset,
  NGRAM,
  TOKENIZER,
  TOKENIZER_CONFIG,
} from "./manifest.ts";
import { attackersAgainst, mostOfRare, strongestAttacker } from "./strongest.ts";

const loss = { mean: 3.2, error: 0.01, windows: 64 };
const sha256 = "0".repeat(64);
const named = { recovery: 0.2, low: 0.18, high: 0.22, tokens: 4_096 };
const attacker = { ...named, baseline: 0.05, rare: null, bitsGained: 1.5, anonymity: 40 };
const preset = {
  name: "balanced",
  mechanism: "binomial",
  mu: 8,
  bits: 4,
  sparsity: 1,
  measured: {
    recovery: {
      prior: "ngram",
      messages: 80,
      attackers: {
        nearest: { ...attacker, recovery: 0.3 },
        bayes: attacker,
        sequence: { ...attacker, recovery: 0.25 },
      },
    },
    withSoftPrompt: { released: loss, control: loss, worth: loss },
    withoutSoftPrompt: { released: loss, control: loss, worth: loss },
  },
};
const files = [CLIENT_MODEL, TOKENIZER, TOKENIZER_CONFIG, "server/decoder.onnx"].map((path) => ({
  path,
  bytes: 10,
  sha256,
}));
const valid = {
  format: 1,
  id: "demo-stories",
  title: "Stories",
  description: "Continues short stories.",
  model: {
    name: "story-lm",
    architecture: "LlamaForCausalLM",
    parameters: 5_500_000,
    vocabulary: 4_096,
    hidden: 256,
    layers: 6,
    keyValueHeads: 4,
    headDim: 32,
    contextLength: 512,
    endToken: 0,
  },
  licence: { weights: "Apache-2.0", data: [{ name: "stories", licence: "CC-BY-4.0" }] },
  split: "token",
  tasks: ["complete"],
  dim: 2,
  clip: 3,
  softPromptTokens: 16,
  promptTokens: 128,
  presets: [preset, { ...preset, name: "quiet", mu: 4 }],
  measured: {
    clean: { released: loss, control: loss, worth: loss },
    none: loss,
    off: { released: loss, control: loss, worth: loss },
  },
  probe: { ids: [5], activations: [[0.5, -0.5]] },
  files,
};

const parse = (value: unknown) => parseManifest(new TextEncoder().encode(JSON.stringify(value)));
const manifest = parse(valid);

const denoiserFile = { path: DENOISER, bytes: 1, sha256 };
const withDenoiser = (of: typeof preset) => {
  const { recovery } = of.measured;
  const attackers = { ...recovery.attackers, denoiser: recovery.attackers.bayes };
  return { ...of, measured: { ...of.measured, recovery: { ...recovery, attackers } } };
};

const external = { kind: "external", model: "org/model", template: { before: 2, after: 1 } };

describe("parseManifest", () => {
  it("keeps what it reads", () => {
    expect(manifest).toEqual(valid);
  });

  it("reads what language it is of, where it is of one", () => {
    for (const language of ["en", "pt-BR", "zh-Hans"]) expect(parse({ ...valid, language }).language).toBe(language);
    expect(manifest.language).toBeUndefined();
  });

  it("reads who runs the model", () => {
    const withoutDecoder = files.filter(({ path }) => path !== DECODER);
    expect(parse({ ...valid, engine: external, files: withoutDecoder }).engine).toEqual(external);
    expect(parse({ ...valid, engine: { kind: "embedded" } }).engine).toEqual({ kind: "embedded" });
  });

  it("reads a denoiser beside what it names", () => {
    const withFile = { ...valid, files: [...files, denoiserFile] };
    expect(
      parse({ ...withFile, presets: [withDenoiser(preset)] }).presets[0]!.measured.recovery.attackers.denoiser,
    ).toEqual(preset.measured.recovery.attackers.bayes);
  });

  it("reads presets whose parameters the mechanism takes", () => {
    for (const read of manifest.presets) {
      expect(() => validateParameters({ ...read, dim: manifest.dim, clip: manifest.clip })).not.toThrow();
    }
  });

  it.each([
    ["another format", { format: 2 }, "format"],
    ["an id that is no path segment", { id: "../x" }, "id"],
    ["an empty title", { title: "" }, "title"],
    ["a language that is no tag", { language: "simple English" }, "language"],
    ["a split it does not know", { split: "word" }, "split"],
    ["a task it does not know", { tasks: ["translate"] }, "tasks.0"],
    ["no width", { dim: 0 }, "dim"],
    ["a clip that is not positive", { clip: 0 }, "clip"],
    ["no presets", { presets: [] }, "presets"],
    ["an unknown mechanism", { presets: [{ ...preset, mechanism: "laplace" }] }, "presets.0.mechanism"],
    ["nine bits", { presets: [{ ...preset, bits: 9 }] }, "presets.0.bits"],
    ["a mu that is not positive", { presets: [{ ...preset, mu: 0 }] }, "presets.0.mu"],
    ["another sparsity", { presets: [{ ...preset, sparsity: 0.5 }] }, "presets.0.sparsity"],
    ["a preset's name the wire cannot carry", { presets: [{ ...preset, name: "Größe" }] }, "presets.0.name"],
    ["a file outside its folders", { files: [...files, { path: "../secret", bytes: 1, sha256 }] }, "files.4.path"],
    ["a file deeper inside", { files: [...files, { path: "client/a/b", bytes: 1, sha256 }] }, "files.4.path"],
    ["a file without a digest", { files: [...files, { path: "client/a", bytes: 1, sha256: "" }] }, "files.4.sha256"],
    ["an empty file", { files: [...files, { path: "client/a", bytes: 0, sha256 }] }, "files.4.bytes"],
    ["a mu without noise", { presets: [{ ...preset, mu: 1e6 }] }, "presets.0.mu"],
    ["a file that is a folder", { files: [...files, { path: "client/..", bytes: 1, sha256 }] }, "files.4.path"],
    ["an end token that is no token", { model: { ...valid.model, endToken: 4_096 } }, "end token"],
    ["a probe of no token", { probe: { ids: [4_096], activations: [[0, 0]] } }, "probe"],
    ["a probe without an answer", { probe: { ids: [5, 6], activations: [[0, 0]] } }, "probe"],
    ["a probe of another width", { dim: 3 }, "wide as dim"],
    ["a chat template without a user", { chat: { before: [], roles: {}, reply: [] } }, "chat.roles.user"],
    [
      "a chat template with a token that is none",
      {
        chat: {
          before: [],
          roles: { user: { before: [4_096], after: [] }, assistant: { before: [], after: [] } },
          reply: [],
        },
      },
      "chat template",
    ],
    ["two presets of one name", { presets: [preset, preset] }, "two presets"],
    ["two files of one path", { files: [...files, files[0]] }, "two files"],
    ["an engine of a kind nobody knows", { engine: { kind: "remote" } }, "engine"],
    ["an external engine of no model", { engine: { ...external, model: "" } }, "engine.model"],
    ["half a template", { engine: { ...external, template: { before: 1 } } }, "engine.template.after"],
    ["a decoder that nobody would run", { engine: external }, DECODER],
    ["a denoiser of which nobody knows what it names", { files: [...files, denoiserFile] }, DENOISER],
    ["what a denoiser names that is not there", { presets: [withDenoiser(preset)] }, DENOISER],
    [
      "a denoiser for another engine",
      {
        engine: external,
        files: [...files.filter(({ path }) => path !== DECODER), denoiserFile],
        presets: [withDenoiser(preset)],
      },
      "external engine",
    ],
    ["no client model", { files: files.slice(1) }, CLIENT_MODEL],
  ])("refuses %s, and says where", (_, change, where) => {
    expect(() => parse({ ...valid, ...change })).toThrow(
      expect.objectContaining({ code: "manifest_invalid", message: expect.stringContaining(where) as string }),
    );
  });

  it.each(Object.keys(valid))("refuses a manifest without %s", (field) => {
    expect(() => parse({ ...valid, [field]: undefined })).toThrow(
      expect.objectContaining({ code: "manifest_invalid" }),
    );
  });

  it.each([
    ["a web page", new TextEncoder().encode("<!doctype html>")],
    ["nothing", new Uint8Array(0)],
    ["bytes that are not UTF-8", Uint8Array.of(0x22, 0xff, 0x22)],
    ["JSON of something else", new TextEncoder().encode("null")],
  ])("refuses %s", (_, bytes) => {
    expect(() => parseManifest(bytes)).toThrow(expect.objectContaining({ code: "manifest_invalid" }));
  });
});

describe("looking things up", () => {
  it("finds presets by name, and says which there are", () => {
    expect(findPreset(manifest, "quiet").mu).toBe(4);
    expect(() => findPreset(manifest, "loud")).toThrow(
      expect.objectContaining({
        code: "unknown_preset",
        message: expect.stringContaining("balanced, quiet") as string,
      }),
    );
  });

  it("finds files by path", () => {
    expect(findFile(manifest, TOKENIZER).path).toBe(TOKENIZER);
    expect(() => findFile(manifest, "server/other")).toThrow(expect.objectContaining({ code: "manifest_invalid" }));
  });

  it("calls a preset by the attacker that read most, whichever that is", () => {
    const { recovery } = parseManifest(new TextEncoder().encode(JSON.stringify(valid))).presets[0]!.measured;
    expect(strongestAttacker(recovery).recovery).toBe(0.3);
    const { nearest, bayes } = recovery.attackers;
    expect(strongestAttacker({ ...recovery, attackers: { nearest: bayes, bayes: nearest } }).recovery).toBe(0.3);
    const denoiser = { ...bayes, recovery: 0.4 };
    expect(strongestAttacker({ ...recovery, attackers: { ...recovery.attackers, denoiser } }).recovery).toBe(0.4);
  });

  it("puts the attacker last that reads most at the presets of a message", () => {
    // The sequence attack reads 0.25 at either preset, the denoiser 0.2 at balanced and 0.4 at quiet.
    const balanced = withDenoiser(preset);
    const quiet = { ...withDenoiser(preset), name: "quiet" };
    const recovery = { ...quiet.measured.recovery };
    recovery.attackers = {
      ...recovery.attackers,
      denoiser: { ...attacker, recovery: 0.4 },
    };
    const presets = [balanced, { ...quiet, measured: { ...quiet.measured, recovery } }];
    const ngram = { path: NGRAM, bytes: 1, sha256 };
    const all = parse({ ...valid, presets, files: [...files, denoiserFile, ngram] });
    expect(attackersAgainst(all, ["balanced"])).toEqual(["nearest", "bayes", "denoiser", "sequence"]);
    expect(attackersAgainst(all, ["quiet"])).toEqual(["nearest", "bayes", "sequence", "denoiser"]);
    expect(attackersAgainst(all, ["balanced", "quiet", "balanced", "balanced", "balanced"]).at(-1)).toBe("sequence");
    expect(attackersAgainst(manifest, ["balanced"])).toEqual(["nearest", "bayes"]);
    expect(attackersAgainst({ ...all, files: [...files, ngram] }, ["quiet"]).at(-1)).toBe("sequence");
  });

  it("counts of rare tokens what was read by whoever read most of those", () => {
    const { recovery } = parseManifest(new TextEncoder().encode(JSON.stringify(valid))).presets[0]!.measured;
    const { bayes } = recovery.attackers;
    const of = (share: number) => ({ recovery: share, low: 0, high: 1, tokens: 10 });
    const attackers = {
      nearest: { ...bayes, recovery: 0.1, rare: of(0.2) },
      bayes: { ...bayes, recovery: 0.3, rare: of(0.05) },
    };
    expect(mostOfRare({ ...recovery, attackers })).toBe(0.2);
    const none = { ...bayes, rare: null };
    expect(mostOfRare({ ...recovery, attackers: { nearest: none, bayes: none } })).toBeNull();
  });
});
