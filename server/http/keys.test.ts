import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { scriptedEngine } from "../testing/scripted-engine.ts";
import { testApp, type TestApp } from "../testing/test-app.ts";
import { digestOf, findKey, readKeys } from "./keys.ts";

const ALICE = "key-of-alice-0123456789";
const BOB = "key-of-bob-0123456789ab";
const folder = mkdtempSync(join(tmpdir(), "sotto-keys-"));
const file = join(folder, "keys");
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe("readKeys", () => {
  it("reads keys and digests, from a file and from a list", () => {
    writeFileSync(file, `# ours\n\n${ALICE}\r\nsha256:${digestOf(BOB).toString("hex")}\n`);
    const keys = readKeys(file, [digestOf("third").toString("hex").toUpperCase()]);
    expect(["third", ALICE, BOB, "", "sha256:"].map((key) => findKey(keys, key))).toEqual([0, 1, 2, -1, -1]);
    expect(readKeys(undefined, [])).toEqual([]);
  });

  it.each([
    ["short", ":1: a key must have at least"],
    [`${ALICE}\nkey with blanks 0123456789`, ":2: a key must be of visible"],
    ["sha256:abc", ":1: a digest must be"],
    ["# nothing\n", "holds no key"],
  ])("refuses %j by its line and does not quote it", (text, message) => {
    writeFileSync(file, text);
    expect(() => readKeys(file, [])).toThrow(message);
    expect(() => readKeys(file, [])).not.toThrow("blanks 0123");
    expect(() => readKeys(join(folder, "none"), [])).toThrow("cannot be read");
  });
});

describe("the digest of nothing", () => {
  const nothing = digestOf("").toString("hex");

  it("is no key, wherever it stands", () => {
    writeFileSync(file, `${ALICE}\nsha256:${nothing.toUpperCase()}\n`);
    expect(() => readKeys(file, [])).toThrow(":2: this is the digest of the empty string");
    expect(() => readKeys(undefined, [digestOf(BOB).toString("hex"), nothing])).toThrow(
      expect.objectContaining({ code: "config_invalid" }),
    );
  });

  it("lets nobody in who brings no key", async () => {
    const server = await testApp({ access: { keys: [digestOf("")] } });
    for (const headers of [{}, { authorization: "" }, { authorization: "Bearer" }, { authorization: "Bearer  " }]) {
      expect((await server.app.inject({ url: "/v1/models", headers })).statusCode).toBe(401);
    }
    await server.close();
  });
});

describe("keys over HTTP", () => {
  let server: TestApp;
  afterEach(() => server.close());
  const get = (url: string, authorization?: string) =>
    server.app.inject({ url, headers: authorization === undefined ? {} : { authorization } });

  it("asks for one under /v1/ and nowhere else", async () => {
    server = await testApp({ access: { keys: [digestOf(ALICE)] } });
    expect((await get("/v1/models", `Bearer ${ALICE}`)).statusCode).toBe(200);
    for (const header of [undefined, "", `Bearer ${BOB}`, `Bearer ${ALICE}x`, `Basic ${ALICE}`, ALICE, "Bearer"]) {
      const refused = await get("/v1/models", header);
      expect(refused.statusCode).toBe(401);
      expect(refused.json()).toMatchObject({ error: { code: "invalid_api_key" } });
      expect(refused.headers["www-authenticate"]).toBe("Bearer");
      expect(refused.body).not.toContain("key-of");
    }
    expect((await get("/%761/models")).statusCode).toBe(401);
    expect((await server.app.inject({ method: "HEAD", url: "/v1/models" })).statusCode).toBe(401);
    expect((await get("/bundles")).statusCode).toBe(200);
    expect((await get("/healthz")).statusCode).toBe(200);
    expect(server.lines.join("")).not.toContain("key-of");
  });

  it("tells the engine whose request it is, without the key", async () => {
    const engine = scriptedEngine();
    server = await testApp({ engine, access: { keys: [digestOf(ALICE), digestOf(BOB)] } });
    for (const key of [ALICE, BOB, BOB]) {
      const headers = { authorization: `Bearer ${key}` };
      await server.app.inject({ method: "POST", url: "/v1/completions", payload: server.body(), headers });
    }
    expect(engine.requests.map(({ tenant }) => tenant)).toEqual(["0", "1", "1"]);
  });

  it("limits each key for itself, and guesses by their address", async () => {
    server = await testApp({
      access: {
        keys: [digestOf(ALICE), digestOf(BOB)],
        keyRate: { perMinute: 1, burst: 1 },
        addressRate: { perMinute: 1, burst: 4 },
      },
    });
    const post = async (key: string) => {
      const headers = { authorization: `Bearer ${key}` };
      const response = await server.app.inject({
        method: "POST",
        url: "/v1/completions",
        payload: server.body(),
        headers,
      });
      return response.statusCode;
    };
    expect([await post(ALICE), await post(ALICE), await post(BOB)]).toEqual([200, 429, 200]);
    expect([await post("guess"), await post("guess")]).toEqual([401, 429]);
  });
});
