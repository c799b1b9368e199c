import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { CONFIG_KEYS } from "./keys.ts";
import { loadConfig, type ConfigSources } from "./load.ts";

const folder = mkdtempSync(join(tmpdir(), "sotto-config-"));
const file = join(folder, "server.toml");
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const load = ({ toml, ...sources }: Partial<Omit<ConfigSources, "file">> & { toml?: string }) => {
  if (toml !== undefined) writeFileSync(file, toml);
  return loadConfig({ file: toml === undefined ? null : file, env: {}, flags: {}, ...sources });
};

describe("loadConfig", () => {
  it("has a default for all that must be there", () => {
    const { config, origins } = load({});
    expect(config).toMatchObject({ port: 8787, host: "localhost", engine: { kind: "onnx" }, keys: { sha256: [] } });
    expect(origins.size).toBe(0);
  });

  it("takes flags over the environment over the file, key by key", () => {
    const toml = "port = 1\nhost = 'a'\n[limits]\nwaiting = 1\nmax_sequences = 1\nbody_bytes = 2048\n";
    const env = { SOTTO_PORT: "2", SOTTO_LIMITS_WAITING: "2", SOTTO_LIMITS_MAX_SEQUENCES: "2", HOME: "/" };
    const { config, origins } = load({ toml, env, flags: { port: "3", "limits.waiting": "3" } });
    expect(config).toMatchObject({ port: 3, host: "a", limits: { waiting: 3, max_sequences: 2, body_bytes: 2048 } });
    expect(Object.fromEntries(origins)).toEqual({
      port: "--port",
      host: `${file}:2`,
      "limits.waiting": "--set",
      "limits.max_sequences": "SOTTO_LIMITS_MAX_SEQUENCES",
      "limits.body_bytes": `${file}:6`,
    });
  });

  it("finds its file by SOTTO_CONFIG, and reads lists and truth values from variables", () => {
    writeFileSync(file, "port = 7\n");
    const env = {
      SOTTO_CONFIG: file,
      SOTTO_CORS_ORIGINS: "https://a.example, https://b.example",
      SOTTO_METRICS_ENABLED: "false",
    };
    expect(load({ env }).config).toMatchObject({
      port: 7,
      cors: { origins: ["https://a.example", "https://b.example"] },
      metrics: { enabled: false },
    });
  });

  it.each([
    ["port = 'x'", "server.toml:1: port: "],
    ["# a\n\n[limits]\nwaiting = -1", "server.toml:4: limits.waiting: "],
    ["limits = { waiting = -1 }", "server.toml:1: limits.waiting: "],
    ["limits.waiting = 1.5", "server.toml:1: limits.waiting: "],
    ["limits = 3", "server.toml:1: limits: "],
    ["[limits]\nwaitng = 1\nport = 3", "server.toml:2: there is no setting of the name limits.waitng."],
    ["[limits]\nPort = 3", "server.toml:2: there is no setting of the name limits.Port; is port meant?"],
    ["[queue]\na = 1", "server.toml:1: there is no setting of the name queue."],
    ["__proto__ = 1", "there is no setting of the name __proto__"],
    ["port = 1\nport = 2", "server.toml:2:"],
    ["port = ", "this is not TOML"],
    ["[engine]\nkind = 'vllm'", "server.toml:1: engine.url: must be given"],
    ["[engine]\nkind = 'vllm'\nurl = 'ftp://x'\nmodel = 'm'", "server.toml:3: engine.url: must be an http"],
    ["[cors]\norigins = ['*']", "server.toml:2: cors.origins: must be an origin"],
    ["[cors]\norigins = ['https://a.example/x']", "server.toml:2: cors.origins: must be an origin"],
    ["[page]\nservers = ['https://*.example']", "server.toml:2: page.servers: must be an origin"],
    ["[page]\nservers = ['https://a.example/v1']", "server.toml:2: page.servers: must be an origin"],
    ["[embed]\norigins = ['*']", "server.toml:2: embed.origins: must be an origin"],
    ["[embed]\norigins = ['https://a;script-src']", "server.toml:2: embed.origins: must be an origin of letters"],
    ["[proxy]\ntrusted = ['10.0.0.0/33']", "server.toml:2: proxy.trusted: must be an address"],
    ["[keys]\nsha256 = ['s3cret']", "server.toml:2: keys.sha256: must be a SHA-256"],
    [
      `[keys]\nsha256 = ['${createHash("sha256").digest("hex")}']`,
      "server.toml:2: keys.sha256: must not be the digest of",
    ],
    ["port = 9000\n[metrics]\nport = 9000", "server.toml:3: metrics.port: must be another"],
  ])("refuses %j with its place", (toml, message) => {
    expect(() => load({ toml })).toThrow(expect.objectContaining({ code: "config_invalid" }));
    expect(() => load({ toml })).toThrow(message);
  });

  it("names the variable or the flag at fault", () => {
    expect(() => load({ env: { SOTTO_PORT: "http" } })).toThrow("SOTTO_PORT: port: ");
    expect(() => load({ env: { SOTTO_PROT: "1" } })).toThrow("SOTTO_PROT");
    expect(() => load({ flags: { port: "70000" } })).toThrow("--port: port: ");
    expect(() => load({ flags: { "limits.idle": "1" } })).toThrow("--set: there is no setting of that name");
    expect(() => loadConfig({ file: join(folder, "none"), env: {}, flags: {} })).toThrow("cannot be read");
  });

  it("does not take an empty list of keys for a server without keys, unless the file says so", () => {
    const toml = `[keys]\nsha256 = ["${"ab".repeat(32)}"]\n`;
    for (const text of ["", " ", ",", " , "]) {
      const env = { SOTTO_KEYS_SHA256: text };
      for (const file of [{ toml }, {}]) {
        expect(() => load({ ...file, env })).toThrow("SOTTO_KEYS_SHA256: keys.sha256: must list a digest");
        expect(() => load({ ...file, env })).toThrow(expect.objectContaining({ code: "config_invalid" }));
        expect(() => load({ ...file, flags: { "keys.sha256": text } })).toThrow("--set: keys.sha256: ");
      }
    }
    expect(load({ toml: "[keys]\nsha256 = []\n" }).config.keys.sha256).toEqual([]);
    expect(load({ toml, env: { SOTTO_KEYS_SHA256: "cd".repeat(32) } }).config.keys.sha256).toEqual(["cd".repeat(32)]);
  });

  it("never repeats a value", () => {
    fc.assert(
      fc.property(fc.constantFrom(...CONFIG_KEYS), fc.boolean(), ({ name, variable }, byFlag) => {
        const value = "Xq7 secret";
        const sources = byFlag ? { flags: { [name]: value } } : { env: { [variable]: value } };
        try {
          load(sources);
        } catch (error) {
          expect(String(error)).not.toContain(value);
        }
      }),
    );
  });
});
