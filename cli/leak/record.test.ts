import {
  chmod,
  copyFile,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
  mkdir,
  lstat,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseManifest } from "../../src/core/bundle/manifest-schema.ts";
import type { Recovery } from "../../src/core/bundle/manifest.ts";
import { shareOf } from "./figures.ts";
import { recordRecovery, recoveryOf } from "./record.ts";
import { checkWritable, writeWhole } from "./write-whole.ts";

const figures = (named: number) => ({
  recovery: shareOf(named, 400),
  rare: shareOf(1, 20),
  baseline: 0.05,
  bitsGained: 1.5,
  anonymity: 80,
});
const measured = { nearest: { ...figures(20), bitsGained: null }, bayes: figures(40), sequence: figures(60) };

let folder = "";
let path = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sotto-record-"));
  path = join(folder, "manifest.json");
  await copyFile("bundles/demo-stories/manifest.json", path);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe("figures in a manifest", () => {
  const recovery: Recovery = { prior: "ngram", messages: 7, attackers: recoveryOf(measured) };
  const everyPreset = async () =>
    Object.fromEntries(parseManifest(await readFile(path)).presets.map(({ name }) => [name, recovery]));

  it("are written for every preset, beside what its denoiser names, and nothing else is touched", async () => {
    await chmod(path, 0o640);
    const before = JSON.parse(await readFile(path, "utf8")) as { presets: { measured: { recovery: Recovery } }[] };
    await recordRecovery(path, await everyPreset());
    for (const { measured } of before.presets) {
      const { denoiser } = measured.recovery.attackers;
      expect(denoiser).toBeDefined();
      measured.recovery = { ...recovery, attackers: { ...recovery.attackers, denoiser } };
    }
    expect(JSON.parse(await readFile(path, "utf8"))).toEqual(before);
    expect(parseManifest(await readFile(path)).presets[0]?.measured.recovery.attackers.sequence?.recovery).toBe(0.15);
    expect((await stat(path)).mode & 0o777).toBe(0o640);
    expect(await readdir(folder)).toEqual(["manifest.json"]);
  });

  it("are the denoiser's own where it was measured with the others", async () => {
    const attackers = recoveryOf({ ...measured, denoiser: { ...figures(80), bitsGained: null } });
    const found = Object.fromEntries(
      parseManifest(await readFile(path)).presets.map(({ name }) => [name, { ...recovery, attackers }]),
    );
    await recordRecovery(path, found);
    for (const { measured } of parseManifest(await readFile(path)).presets) {
      expect(measured.recovery.attackers.denoiser).toMatchObject({ recovery: 0.2, tokens: 400, bitsGained: null });
    }
  });

  it("are not written where they would make it one that nothing opens", async () => {
    const before = await readFile(path);
    const found = await everyPreset();
    const broken = { ...recovery, messages: 0 };
    for (const wrong of [{}, { ...found, strict: broken }]) {
      await expect(recordRecovery(path, wrong)).rejects.toMatchObject({ code: "manifest_invalid" });
      expect(await readFile(path)).toEqual(before);
    }
  });

  it("need every attacker that always runs", () => {
    expect(() => recoveryOf({ bayes: measured.bayes })).toThrow(
      expect.objectContaining({ code: "internal_error" }) as Error,
    );
    expect(recoveryOf({ nearest: measured.nearest, bayes: measured.bayes })).not.toHaveProperty("sequence");
  });
});

describe("a file that is written whole", () => {
  it("takes the old one's place, with the permissions asked for, behind a link too", async () => {
    const file = join(folder, "report.html");
    await writeFile(file, "old", { mode: 0o644 });
    await symlink(file, join(folder, "link"));
    await writeWhole(join(folder, "link"), "new", "The report", 0o600);
    expect(await readFile(file, "utf8")).toBe("new");
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await lstat(join(folder, "link"))).isSymbolicLink()).toBe(true);
  });

  it("leaves nothing behind where it fails", async () => {
    const file = join(folder, "taken");
    await mkdir(file);
    await expect(writeWhole(file, "new", "The report", 0o600)).rejects.toMatchObject({ code: "file_unwritable" });
    expect((await readdir(folder)).sort()).toEqual(["manifest.json", "taken"]);
  });

  it("is refused before the work where there is no place for it", async () => {
    await checkWritable(join(folder, "new.html"), "The report");
    for (const file of [join(folder, "nowhere", "report.html"), folder, join(path, "report.html"), "/dev/null"]) {
      await expect(checkWritable(file, "The report")).rejects.toMatchObject({
        code: "file_unwritable",
        message: "The report cannot be written there.",
      });
    }
  });
});
