import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { CommanderError } from "commander";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { parseManifest } from "../src/core/bundle/manifest-schema.ts";
import { findPreset, NGRAM } from "../src/core/bundle/manifest.ts";
import { SottoError } from "../src/core/errors.ts";
import { auditCommand } from "./audit.ts";
import { calibrateCommand } from "./calibrate.ts";

const run = promisify(execFile);
const program = (...options: string[]) => run(process.execPath, ["--import", "tsx", "cli/main.ts", ...options]);

/** As the program does it, in this process: to start one for each would take most of the time. */
async function sotto(name: "audit" | "calibrate", ...options: string[]) {
  const said = { stdout: "", stderr: "" };
  const [out, err] = (["stdout", "stderr"] as const).map((stream) =>
    vi.spyOn(process[stream], "write").mockImplementation((text) => {
      said[stream] += String(text);
      return true;
    }),
  );
  const command = name === "audit" ? auditCommand() : calibrateCommand();
  try {
    await command.exitOverride().parseAsync(options, { from: "user" });
    return said;
  } catch (error) {
    if (error instanceof SottoError) said.stderr += `sotto: ${error.message} (${error.code})\n`;
    else if (!(error instanceof CommanderError)) throw error;
    throw Object.assign(new Error("refused"), said, { code: error instanceof SottoError ? 1 : 2 });
  } finally {
    out?.mockRestore();
    err?.mockRestore();
  }
}

const TEXT =
  "Ottilie lost her ring in the garden. She was very sad.\n\nHer friend Tom wanted to help her look for it.\n";

let folder = "";
let text = "";
let bare = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sotto-audit-"));
  text = join(folder, "text.txt");
  await writeFile(text, TEXT);
  // The same bundle without its n-grams.
  bare = join(folder, "bare");
  await cp("bundles/demo-stories", bare, { recursive: true });
  const manifest = JSON.parse(await readFile(join(bare, "manifest.json"), "utf8")) as { files: { path: string }[] };
  manifest.files = manifest.files.filter(({ path }) => path !== NGRAM);
  await writeFile(join(bare, "manifest.json"), JSON.stringify(manifest));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const share = expect.toSatisfy((x: unknown) => typeof x === "number" && x >= 0 && x <= 1, "a share") as number;
const figures = {
  recovery: share,
  low: share,
  high: share,
  rare: expect.toSatisfy(
    (x: unknown) => x === null || (typeof x === "number" && x >= 0 && x <= 1),
    "a share",
  ) as number,
  baseline: share,
  bitsGained: expect.any(Number) as number,
  anonymity: expect.any(Number) as number,
};

type Command = ["audit" | "calibrate", ...string[]];

/** Fails with this status and code, and says nothing of the text. */
async function refused([name, ...options]: Command, status: number, message: RegExp): Promise<void> {
  const error = (await sotto(name, ...options).catch((thrown: unknown) => thrown)) as {
    stdout: string;
    stderr: string;
  };
  expect(error).toMatchObject({ code: status, stdout: "" });
  expect(error.stderr).toMatch(message);
  expect(error.stderr).not.toMatch(/Ottilie|garden/);
}

describe("sotto audit", () => {
  const about: Command = ["audit", "--bundle", "demo-stories", "--preset", "balanced"];

  it("prints what every attacker read as JSON, and writes no report unless told", async () => {
    const { stdout, stderr } = await program(...about, "--text", text, "--repeat", "4", "--json");
    const found = JSON.parse(stdout) as { tokens: number };
    const { mu } = findPreset(parseManifest(await readFile("bundles/demo-stories/manifest.json")), "balanced");
    expect(found).toEqual({
      bundle: "demo-stories",
      preset: "balanced",
      mu,
      prior: "ngram",
      repeat: 4,
      tokens: expect.any(Number) as number,
      rareTokens: expect.any(Number) as number,
      baseline: share,
      attackers: {
        nearest: { ...figures, bitsGained: null, anonymity: null },
        bayes: figures,
        sequence: figures,
        denoiser: { ...figures, bitsGained: null, anonymity: null },
        averaged: {
          ...figures,
          // Whichever it is; of the denoiser these two are not told.
          attacker: expect.stringMatching(/^(bayes|sequence|denoiser)$/) as string,
          bitsGained: expect.toBeOneOf([expect.any(Number), null]) as number,
          anonymity: expect.toBeOneOf([expect.any(Number), null]) as number,
        },
      },
    });
    expect(found.tokens).toBeGreaterThan(20);
    expect(stderr).toBe("");
  });

  it("prints a table and writes a report that only its owner reads", async () => {
    const report = join(folder, "report.html");
    await writeFile(report, "older", { mode: 0o644 });
    const rest = ["--repeat", "2", "--prior", "unigram", "--report", report];
    const { stdout, stderr } = await sotto(...about, "--text", text, ...rest);
    expect(stdout).toMatch(/^demo-stories, preset balanced \(mu [0-9.]+\): \d+ tokens, \d+ of them rare\n/);
    for (const row of [
      "the nearest token",
      "each token by itself",
      "the whole message",
      "each token by itself, 2 rel",
    ]) {
      expect(stdout).toContain(`\n${row}`);
    }
    expect(stdout).not.toContain("Ottilie");
    expect(stderr).toContain("It contains the text.");
    const html = await readFile(report, "utf8");
    expect(html).toMatch(/^<!DOCTYPE html>/);
    expect(html.replace(/<[^>]*>/g, "")).toContain("Her friend Tom wanted");
    expect((await stat(report)).mode & 0o777).toBe(0o600);
  });

  it("takes a bundle without n-grams as it is, and refuses a language it does not have", async () => {
    const options: Command = ["audit", "--bundle", bare, "--preset", "strict", "--text", text, "--json"];
    const { stdout } = await sotto(...options, "--repeat", "2");
    expect(JSON.parse(stdout)).toMatchObject({ prior: "none", rareTokens: null, attackers: { sequence: null } });
    for (const prior of ["ngram", "model"]) {
      await refused([...options, "--prior", prior], 1, /^sotto: .+ \(prior_missing\)\n$/);
    }
  });

  it("fails with a code, a sentence and no trace of the text", async () => {
    const empty = join(folder, "empty.txt");
    await writeFile(empty, " \n\n");
    const nowhere = join(folder, "nowhere", "report.html");
    await expect(program(...about, "--text", TEXT, "--json")).rejects.toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(/^sotto: [^]*\(file_unreadable\)\n$/) as string,
    });
    const refusals: [Command, RegExp][] = [
      [[...about, "--text", empty, "--json"], /\(empty_prompt\)/],
      [[...about, "--text", TEXT, "--json"], /\(file_unreadable\)/],
      [[...about, "--text", text, "--report", nowhere], /\(file_unwritable\)/],
      [["audit", "--bundle", "demo-stories", "--preset", "loud", "--text", text, "--json"], /\(unknown_preset\)/],
    ];
    for (const [options, message] of refusals) await refused(options, 1, message);
    for (const wrong of [["--repeat", "1"], ["--repeat", "65"], ["--prior", "gossip"], []]) {
      await refused([...about, ...wrong, ...(wrong.length === 0 ? [] : ["--text", text])], 2, /^error: /);
    }
  });
});

describe("sotto calibrate", () => {
  it("finds a noise level within the target, as JSON and as a table", async () => {
    const options = ["--bundle", "demo-stories", "--text", text, "--target", "0.4", "--prior", "unigram"];
    const { stdout } = await sotto("calibrate", ...options, "--json");
    const found = JSON.parse(stdout) as { mu: number; attackers: Record<string, { recovery: number }> };
    expect(found).toMatchObject({ bundle: "demo-stories", target: 0.4, bits: 4, prior: "unigram", messages: 2 });
    expect(found.mu).toBeGreaterThan(0.5);
    expect(Object.keys(found.attackers)).toEqual(["nearest", "bayes"]);
    for (const { recovery } of Object.values(found.attackers)) expect(recovery).toBeLessThanOrEqual(0.4);
  });

  it("writes the figures of every preset into the manifest", async () => {
    const bundle = join(folder, "recorded");
    await cp("bundles/demo-stories", bundle, { recursive: true });
    const options = ["--bundle", bundle, "--text", text, "--record", "--prior", "unigram", "--json"];
    const { stdout } = await sotto("calibrate", ...options);
    const { presets } = parseManifest(await readFile(join(bundle, "manifest.json")));
    expect(Object.fromEntries(presets.map(({ name, measured }) => [name, measured.recovery]))).toEqual(
      JSON.parse(stdout),
    );
    expect(presets[0]?.measured.recovery).toMatchObject({ prior: "unigram", messages: 2 });
  });

  it("asks for what it can do", async () => {
    const about: Command = ["calibrate", "--bundle", "demo-stories", "--text", text];
    for (const wrong of [[], ["--target", "0.1", "--record"], ["--target", "0"], ["--target", "10%"]]) {
      await refused([...about, ...wrong], 2, /^error: /);
    }
    // Whatever the noise, one of the two commonest tokens is what an attacker says: of those, never none is right.
    const common = join(folder, "common.txt");
    await writeFile(common, ".\n\n,\n\n".repeat(20));
    const never = ["calibrate", "--bundle", "demo-stories", "--text", common, "--target", "0.0001"] as const;
    await refused([...never, "--prior", "unigram"], 1, /\(invalid_parameters\)/);
    await refused(["calibrate", "--bundle", bare, "--text", text, "--record"], 1, /\(prior_missing\)/);
  });
});

describe("sotto --help", () => {
  it("starts no runtime of models", async () => {
    const hooks = join(folder, "hooks.mjs");
    const resolve = `import { writeSync } from "node:fs";
      export const resolve = (name, context, next) => {
        if (name.startsWith("onnxruntime")) writeSync(2, name + "\\n");
        return next(name, context);
      };`;
    await writeFile(
      hooks,
      `import { register } from "node:module"; register(${JSON.stringify(`data:text/javascript,${encodeURIComponent(resolve)}`)});`,
    );
    const watched = (...options: string[]) =>
      run(process.execPath, ["--import", "tsx", "--import", hooks, "cli/main.ts", ...options]);
    expect((await watched("--help")).stderr).toBe("");
    const perturbed = await watched("perturb", "--bundle", "demo-stories", "--preset", "strict", "--text", "Once");
    expect(perturbed.stderr).toContain("onnxruntime-web");
  });
});
