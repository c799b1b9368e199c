import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { parseManifest } from "../src/core/bundle/manifest-schema.ts";
import { messageCost } from "../src/core/accounting/cost.ts";

const run = promisify(execFile);
const sotto = (...options: string[]) =>
  run(process.execPath, ["--import", "tsx", "cli/main.ts", "account", ...options]);

interface Account {
  readonly epsilon: number;
  readonly delta: number;
  readonly bits: number;
  readonly muTotal: number;
  readonly q: number;
  readonly rounds: number;
  readonly vocabulary?: {
    readonly epsilon: number;
    readonly bits: number;
    readonly exact: boolean;
    readonly worstPair: readonly [number, number] | null;
  };
}

const account = async (line: string) => JSON.parse((await sotto(...line.split(" "), "--json")).stdout) as Account;
const near = (value: number, exact: number) =>
  expect(Math.abs(value - exact), `${value} against ${exact}`).toBeLessThanOrEqual(1e-9 * exact);

describe("sotto account", () => {
  // The project's golden/accounting.json: 50-digit arithmetic, written independently of this code.
  it.each([
    ["--mu 1 --bits 4 --dim 64 --tokens 1", 0.008067664895780353, 4.3694137032565, 0.12697484979355, 0.18029775346992],
    ["--mu 8 --bits 4 --dim 64 --tokens 10", 0.06401843996644799, 422.08763895144, 1.0, 113.8357697911],
    ["--mu 1 --bits 1 --dim 32 --tokens 1", 0.04402254531628119, 4.1415070343144, 0.12589813246593, 0.17917082688614],
  ])("agrees with the golden values to 1e-9: %s", async (line, q, epsilon5, deltaAt1, bits) => {
    const [atDelta, atEpsilon] = await Promise.all([account(`${line} --delta 1e-5`), account(`${line} --epsilon 1`)]);
    near(atDelta.epsilon, epsilon5);
    near(atEpsilon.delta, deltaAt1);
    for (const found of [atDelta, atEpsilon]) {
      near(found.q, q);
      near(found.bits, bits);
    }
    expect([atDelta.delta, atEpsilon.epsilon]).toEqual([1e-5, 1]);
    expect(Object.keys(atDelta)).toEqual(["epsilon", "delta", "bits", "muTotal", "q", "rounds"]);
  });

  it("composes several releases, ternary ones too, in any order and beside the one of its own options", async () => {
    const [several, turned, beside] = await Promise.all([
      account("--release 8,4,64,10 --release 4,4,64,5,0.3 --delta 1e-6"),
      account("--release 4,4,64,5,0.3 --release 8,4,64,10 --delta 1e-6"),
      account("--mu 4 --bits 4 --dim 64 --tokens 5 --sparsity 0.3 --release 8,4,64,10 --delta 1e-6"),
    ]);
    expect(turned).toEqual(several);
    expect(beside).toEqual(several);
    expect(several.rounds).toBe(15 * 960);
    expect(several.muTotal).toBeCloseTo(Math.sqrt(10 * 64 + 5 * 16), 12);
    const alone = await account("--release 8,4,64,10 --delta 1e-6");
    expect(several.epsilon).toBeGreaterThan(alone.epsilon);
    expect(several.bits).toBeGreaterThan(alone.bits);
  });

  it("with --adjacency token counts the dearest token, however many there are", async () => {
    const token = await account("--release 8,4,64,10 --release 4,4,64,90 --delta 1e-5 --adjacency token");
    near(token.epsilon, 64.342674850248);
    expect(token).toMatchObject({ rounds: 960, muTotal: 8 });
  });

  it("is finite up to 1e8 rounds at delta 1e-12, and says so when there is no noise", async () => {
    const [large, larger, none] = await Promise.all([
      account("--mu 0.01 --bits 1 --dim 1 --tokens 10000000 --delta 1e-12"),
      account("--mu 0.01 --bits 1 --dim 1 --tokens 100000000 --delta 1e-12"),
      account("--mu 1e12 --bits 1 --dim 1 --tokens 1 --delta 1e-12"),
    ]);
    expect(large.epsilon).toBeGreaterThan(0);
    expect(larger.epsilon).toBeGreaterThan(large.epsilon);
    expect(Number.isFinite(larger.epsilon)).toBe(true);
    expect(none.epsilon).toBe("Infinity");
  });

  it("beside a bundle's box figures has those of its vocabulary, and leaves the box's as they are", async () => {
    const found = await account("--bundle demo-stories --preset strict --tokens 64 --delta 1e-5");
    const { dim, clip, presets } = parseManifest(await readFile("bundles/demo-stories/manifest.json"));
    const strict = presets.find(({ name }) => name === "strict");
    if (strict === undefined) throw new Error("demo-stories has no strict preset");
    const params = { ...strict, dim, clip };
    const box = messageCost(params, 64, 1e-5);
    near(found.epsilon, box.epsilon);
    near(found.bits, box.bits);
    expect(found.vocabulary?.epsilon).toBeLessThan(box.epsilon);
    expect(found.vocabulary?.bits).toBeLessThanOrEqual(box.bits);
    expect(found.vocabulary?.exact).toBe(false);
    expect(found.vocabulary?.worstPair).toHaveLength(2);
  });

  it("says in words which two tokens of a bundle lie farthest apart", async () => {
    const line = "--bundle demo-stories --preset light --tokens 9 --adjacency token --delta 1e-5";
    const { stdout } = await sotto(...line.split(" "));
    expect(stdout).toMatch(/Among this vocabulary alone: .*the worst pair's own/);
    expect(stdout).toMatch(/Farthest apart: ".+" and ".+"/);
  });

  it("says it in words without --json", async () => {
    const { stdout } = await sotto(..."--release 1,4,64,1 --delta 1e-5 --adjacency token".split(" "));
    expect(stdout).toContain("Replacing one token");
    expect(stdout).toContain("approximately");
  });

  it.each([
    ["nothing to account for", "--delta 1e-5", 2],
    ["nothing to ask for", "--release 8,4,64,1", 2],
    ["two things to ask for", "--release 8,4,64,1 --delta 1e-5 --epsilon 1", 2],
    ["a part of a release", "--mu 8 --bits 4 --delta 1e-5", 2],
    ["a sparsity of nothing", "--sparsity 0.5 --release 8,4,64,1 --delta 1e-5", 2],
    ["a release of three numbers", "--release 8,4,64 --delta 1e-5", 2],
    ["a release of words", "--release a,b,c,d --delta 1e-5", 2],
    ["a bundle without a preset", "--bundle demo-stories --tokens 1 --delta 1e-5", 2],
    ["a preset without a bundle", "--preset strict --tokens 1 --delta 1e-5", 2],
    ["a bundle and parameters besides", "--bundle demo-stories --preset strict --tokens 1 --mu 3 --delta 1e-5", 2],
    ["a preset the bundle has not", "--bundle demo-stories --preset loud --tokens 1 --delta 1e-5", 1],
    ["another adjacency", "--release 8,4,64,1 --delta 1e-5 --adjacency word", 2],
    ["parameters that are none", "--release 8,9,64,1 --delta 1e-5", 1],
    ["a delta that is none", "--release 8,4,64,1 --delta 2", 1],
  ])("refuses %s", async (_, line, code) => {
    await expect(sotto(...line.split(" "))).rejects.toMatchObject({ code, stdout: "" });
  });
});
