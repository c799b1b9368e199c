import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseManifest } from "../src/core/bundle/manifest-schema.ts";
import { findPreset } from "../src/core/bundle/manifest.ts";
import { readFile } from "node:fs/promises";
import { encodeFrame } from "../src/core/wire/frame.ts";
import { sha256Hex } from "../src/core/bundle/integrity.ts";
import { writeTinyBundle } from "../server/testing/tiny-bundle.ts";

const run = promisify(execFile);
const ledger = join(mkdtempSync(join(tmpdir(), "sotto-cli-")), "ledger.jsonl");
afterAll(() => {
  rmSync(dirname(ledger), { recursive: true, force: true });
});
const sotto = (...options: string[]) =>
  run(process.execPath, ["--import", "tsx", "cli/main.ts", ...options], {
    env: { ...process.env, SOTTO_LEDGER: ledger },
  });
const text = "Ottilie lost her ring.";

interface Perturbed {
  readonly bundle: string;
  readonly preset: string;
  readonly params: Record<string, unknown>;
  readonly tokens: number[];
  readonly levels: number[][];
  readonly frameBytes: number;
}

async function perturb(...options: string[]): Promise<Perturbed> {
  const { stdout } = await sotto("perturb", "--text", text, "--json", ...options);
  return JSON.parse(stdout) as Perturbed;
}

describe("sotto perturb", () => {
  it("prints the parameters, the ids and the levels that would be sent, by id or by folder", async () => {
    const manifest = parseManifest(await readFile("bundles/demo-stories/manifest.json"));
    const preset = findPreset(manifest, "balanced");
    for (const bundle of ["demo-stories", "bundles/demo-stories"]) {
      const found = await perturb("--bundle", bundle, "--preset", "balanced");
      const rounds = 2 ** preset.bits - 1;
      expect(found).toMatchObject({ bundle: "demo-stories", preset: "balanced" });
      expect(found.params).toEqual({
        mechanism: "binomial",
        mu: preset.mu,
        bits: preset.bits,
        dim: manifest.dim,
        clip: manifest.clip,
        amplitude: expect.closeTo(
          manifest.clip * Math.sqrt((4 * rounds * manifest.dim) / preset.mu ** 2 + 1),
          9,
        ) as number,
        sparsity: 1,
      });
      expect(found.levels).toHaveLength(found.tokens.length);
      expect(found.levels.every((row) => row.length === manifest.dim)).toBe(true);
      expect(found.levels.flat().every((y) => Number.isInteger(y) && y >= 0 && y <= rounds)).toBe(true);
      const { bits, name } = preset;
      const { dim } = manifest;
      const levels = Uint8Array.from(found.levels.flat());
      const tokens = found.tokens.length;
      const segment = { kind: "levels", preset: name, bits, dim, tokens, levels, coding: "entropy" } as const;
      expect(found.frameBytes).toBe(encodeFrame({ bundle: "0".repeat(64), segments: [segment] }).length);
    }
  });

  it("draws anew each time", async () => {
    const options = ["--bundle", "demo-stories", "--preset", "strict"];
    expect((await perturb(...options)).levels).not.toEqual((await perturb(...options)).levels);
  });

  it("reads the text from standard input when it is -", async () => {
    const running = sotto("perturb", "--bundle", "demo-stories", "--preset", "light", "--json", "--text", "-");
    running.child.stdin?.end(text);
    const { tokens } = JSON.parse((await running).stdout) as Perturbed;
    expect(tokens).toEqual((await perturb("--bundle", "demo-stories", "--preset", "light")).tokens);
  });

  it("fails with a code, a sentence and no trace of the text", async () => {
    const failing = perturb("--bundle", "demo-stories", "--preset", "loud");
    await expect(failing).rejects.toMatchObject({ code: 1, stdout: "" });
    const { stderr } = (await failing.catch((error: unknown) => error)) as { stderr: string };
    expect(stderr).toMatch(/^sotto: .+ \(unknown_preset\)\n$/);
    expect(stderr).not.toContain("Ottilie");
    await expect(sotto("perturb", "--bundle", "nowhere", "--preset", "light", "--text", text)).rejects.toMatchObject({
      stderr: expect.stringContaining("(bundle_not_found)") as string,
    });
    await expect(sotto("perturb", "--text", text)).rejects.toMatchObject({ code: 2 });
    const rest = ["--bundle", "demo-stories", "--preset", "light", "--text", text];
    for (const wrong of [
      ["complete", "--server", "localhost:8787", ...rest],
      ["complete", "--server", "http://localhost:1", ...rest, "--max-tokens", "0"],
      ["complete", "--server", "http://localhost:1", ...rest, "--temperature", "9"],
      ["serve", "--port", "70000"],
    ]) {
      await expect(sotto(...wrong)).rejects.toMatchObject({
        code: 2,
        stderr: expect.stringMatching(/^error: option/) as string,
      });
    }
  });
});

describe("sotto serve --check", () => {
  const folder = dirname(ledger);
  const file = join(folder, "server.toml");

  it("says what is set and where, and which bundles there are", async () => {
    writeFileSync(file, "port = 9000\n[limits]\nwaiting = 3\n");
    const { stdout } = await sotto("serve", "--config", file, "--check", "--set", "limits.waiting=4");
    expect(stdout).toContain(`port: ${file}:1`);
    expect(stdout).toContain("limits.waiting: --set");
    expect(stdout).toMatch(/The settings are valid\. .*demo-stories/);
  });

  it("fails with the place of what is wrong", async () => {
    writeFileSync(file, "[limits]\nwaiting = true\n");
    await expect(sotto("serve", "--config", file, "--check")).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/server\.toml:2: limits\.waiting: .*\(config_invalid\)/) as string,
    });
  });
});

describe("sotto serve --check, as a start would", () => {
  const folder = dirname(ledger);

  it("fails over a page that was named and is not there", async () => {
    await expect(sotto("serve", "--check", "--app", folder)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining("(not_found)") as string,
    });
  });

  it("fails over a bundle whose model is elsewhere, where no vLLM is set", async () => {
    const tiny = await writeTinyBundle({ external: { model: "m", before: 0, after: 0 } });
    await expect(sotto("serve", "--check", "--app", "", "--bundles", tiny.bundlesDir)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/engine\.kind: .*\(config_invalid\)/) as string,
    });
    await tiny.remove();
  });

  it("fails over a log that cannot be written", async () => {
    await expect(sotto("serve", "--check", "--log-file", join(folder, "none", "log"))).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/log\.file: .*\(config_invalid\)/) as string,
    });
  });
});

async function startServer(): Promise<{ server: ChildProcess; url: string }> {
  const server = spawn(process.execPath, ["--import", "tsx", "cli/main.ts", "serve", "--port", "0"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  for await (const line of createInterface({ input: server.stdout })) {
    const url = /^Sotto is at (http:\/\/localhost:\d+)$/.exec(line)?.[1];
    if (url !== undefined) return { server, url };
  }
  throw new Error("the server did not start");
}

describe("sotto serve", () => {
  it("lets a stream that runs end when it is told to, and then ends well", async () => {
    const { server, url } = await startServer();
    const ended = once(server, "exit") as Promise<[number | null]>;
    const frame = encodeFrame({
      bundle: await sha256Hex(await readFile("bundles/demo-stories/manifest.json")),
      segments: [{ kind: "public", ids: Uint32Array.of(1, 2, 3) }],
    });
    const response = await fetch(`${url}/v1/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        model: "demo-stories",
        private_prompt: Buffer.from(frame).toString("base64"),
        max_tokens: 150,
        seed: 1,
        stream: true,
      }),
    });
    expect(response.status).toBe(200);
    server.kill("SIGTERM");
    let atSignal = "";
    let text = "";
    const decoder = new TextDecoder();
    for await (const part of response.body!) {
      text += decoder.decode(part as Uint8Array, { stream: true });
      if (atSignal === "") atSignal = text;
    }
    expect(text).toMatch(/data: \[DONE\]\n\n$/);
    // It was running: what had come by then was not all of it.
    expect(atSignal).not.toContain("[DONE]");
    expect((await ended)[0]).toBe(0);
  }, 60_000);

  it("ends at once when it is told twice, whatever is under way", async () => {
    const { server, url } = await startServer();
    const ended = once(server, "exit") as Promise<[number | null]>;
    const { port } = new URL(url);
    const half = connect(Number(port), "localhost");
    half.on("error", () => undefined);
    half.write(
      "POST /v1/completions HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{",
    );
    // Answered on another connection: by then the half request is under way.
    await fetch(`${url}/healthz`);
    server.kill("SIGTERM");
    const drained = await Promise.race([ended, sleep(500, "draining")]);
    expect(drained).toBe("draining");
    server.kill("SIGTERM");
    expect((await ended)[0]).toBe(1);
    half.destroy();
  }, 30_000);
});

describe("sotto serve and sotto complete", () => {
  let server: ChildProcess;
  let url = "";

  beforeAll(async () => {
    ({ server, url } = await startServer());
  });

  afterAll(async () => {
    server.kill("SIGTERM");
    const [code] = (await once(server, "exit")) as [number | null];
    expect(code).toBe(0);
  });

  it("continue a text at every preset", async () => {
    for (const preset of ["strict", "balanced", "light"]) {
      const { stdout } = await sotto(
        ...["complete", "--server", url, "--bundle", "demo-stories", "--preset", preset, "--text", text],
        ...["--max-tokens", "12", "--seed", "1"],
      );
      expect(stdout.trim().length).toBeGreaterThan(5);
    }
  });

  it("charge the ledger for what is sent, and send nothing beyond a budget", async () => {
    const send = () =>
      sotto("complete", "--server", url, "--bundle", "demo-stories", "--preset", "strict", "--text", text);
    const spent = async () => {
      const { stdout } = await sotto("ledger", "show", "--json", "--server", url);
      return (JSON.parse(stdout) as { servers: { releases: number; bits: number }[] }).servers[0];
    };
    const before = await spent();
    await send();
    const after = await spent();
    expect(after?.releases).toBe((before?.releases ?? 0) + 1);
    expect(after?.bits).toBeGreaterThan(before?.bits ?? 0);
    await sotto("ledger", "budget", "ever", String(after?.bits));
    await expect(send()).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/budget_exceeded[^]*0 left, this needs/) as string,
    });
    expect(await spent()).toMatchObject({ releases: after?.releases });
    await sotto("ledger", "budget", "ever", "none");
  }, 60_000);

  it("give the same reply to the same seed where there is no noise", async () => {
    const ask = (seed: string) =>
      sotto(
        ...["complete", "--server", url, "--bundle", "demo-stories", "--preset", "off", "--text", text],
        ...["--max-tokens", "24", "--seed", seed],
      );
    const [first, second, other] = await Promise.all([ask("1"), ask("1"), ask("2")]);
    expect(first.stdout).toBe(second.stdout);
    expect(other.stdout).not.toBe(first.stdout);
  });

  it("say which bundle or server is not there", async () => {
    const rest = ["--preset", "light", "--text", text];
    await expect(sotto("complete", "--server", url, "--bundle", "nowhere", ...rest)).rejects.toMatchObject({
      stderr: expect.stringContaining("(bundle_not_found)") as string,
    });
    await expect(
      sotto("complete", "--server", "http://localhost:1", "--bundle", "demo-stories", ...rest),
    ).rejects.toMatchObject({ stderr: expect.stringContaining("(server_unreachable)") as string });
  });
});
