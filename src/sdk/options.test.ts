import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { localAttack } from "../engine/attack/local-attack.ts";
import type { Engine } from "../engine/engine.ts";
import { createLocalEngine } from "../engine/local-engine.ts";
import { memoryLedger } from "../storage/ledger-memory.ts";
import { createClient, fileLedger, openFolder } from "./index.node.ts";
import { connect, stricter } from "./options.ts";
import type { Budget } from "./types.ts";

const server = "http://localhost:8787";
const bundle = { server, bundle: "demo-stories", bundleFolder: "bundles/demo-stories" };
const day: Budget = { scope: "day", unit: "bits", limit: 500, delta: 1e-5 };
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sotto-sdk-"));
});
afterEach(async () => {
  vi.unstubAllGlobals();
  await rm(folder, { recursive: true });
});

describe("a client", () => {
  it("has a preset for the calls that name none", async () => {
    const client = await createClient({ ...bundle, preset: "light", ledger: memoryLedger() });
    expect(client.preset).toBe("light");
    const presets = async (tokens: ReturnType<typeof client.tokenize>) => new Set((await tokens).map((t) => t.preset));
    expect(await presets(client.tokenize("The fox"))).toEqual(new Set(["light"]));
    expect(await presets(client.tokenize("The fox", "strict"))).toEqual(new Set(["strict"]));
    const release = await client.release("The fox");
    expect(release.segments.map(({ preset }) => preset)).toEqual(["light"]);
    const read: (string | null | undefined)[] = [];
    for await (const { tokens } of client.preview("The fox", { draws: 1, preset: "strict" }))
      read.push(tokens[0]?.preset);
    expect(new Set(read)).toEqual(new Set(["strict"]));
    await client.close();
  });

  it("asks for a preset where it has none", async () => {
    const client = await createClient({ ...bundle, ledger: memoryLedger() });
    expect(client.preset).toBeNull();
    await expect(client.release("The fox")).rejects.toMatchObject({ code: "unknown_preset" });
    await expect(client.complete("The fox")[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      code: "unknown_preset",
    });
    await client.close();
  });

  it("sends its own key with a completion, unless the call has another", async () => {
    const keys: (string | null)[] = [];
    vi.stubGlobal("fetch", async (_: URL, init: RequestInit) => {
      keys.push(new Headers(init.headers).get("authorization"));
      return new Response("data: [DONE]\n\n");
    });
    const client = await createClient({ ...bundle, preset: "light", ledger: memoryLedger(), apiKey: "one" });
    const first = (reply: AsyncIterable<unknown>) => reply[Symbol.asyncIterator]().next();
    await first(client.complete("The fox"));
    await first(client.complete("The fox", { apiKey: "two" }));
    expect(keys).toEqual(["Bearer one", "Bearer two"]);
    await client.close();
  });

  it("keeps its ledger in the file that is named", async () => {
    const path = join(folder, "ledger.jsonl");
    const client = await createClient({ ...bundle, preset: "light", ledger: path });
    await client.charge(await client.release("The fox"));
    expect(await fileLedger(path).rows()).toHaveLength(1);
    await client.close();
  });

  it("is refused a preset its bundle does not have, and a folder with another bundle, and is closed", async () => {
    await expect(createClient({ ...bundle, preset: "lavish" })).rejects.toMatchObject({ code: "unknown_preset" });
    await expect(createClient({ ...bundle, bundle: "other" })).rejects.toMatchObject({ code: "bundle_mismatch" });
  });

  it("downloads the files of a bundle once, where it has a folder for them", async () => {
    const { directorySource } = await import("../storage/directory-source.node.ts");
    const { parseManifest } = await import("../core/bundle/manifest-schema.ts");
    const source = directorySource("bundles/demo-stories");
    const manifest = await source.manifest();
    const asked: string[] = [];
    vi.stubGlobal("fetch", async (url: URL) => {
      const path = url.pathname.replace("/bundles/demo-stories/", "");
      asked.push(path);
      if (path === "manifest.json") return new Response(manifest);
      const file = parseManifest(manifest).files.find((one) => one.path === path);
      return file === undefined ? new Response("", { status: 404 }) : new Response(await source.file(file));
    });
    const options = { server, bundle: "demo-stories", cache: join(folder, "files"), ledger: memoryLedger() };
    await (await createClient(options)).close();
    expect(asked.length).toBeGreaterThan(1);
    expect(await readdir(join(folder, "files"))).toHaveLength(asked.length - 1);
    asked.length = 0;
    await (await createClient(options)).close();
    expect(asked).toEqual(["manifest.json"]);
  });
});

describe("budgets given at start", () => {
  it("are set on the ledger, and loosen none that is there", async () => {
    const ledger = memoryLedger();
    await ledger.setBudgets([day, { ...day, scope: "ever", limit: 9000 }]);
    const budgets: Budget[] = [
      { ...day, limit: 800 },
      { ...day, scope: "ever", limit: 7000 },
      { ...day, unit: "epsilon", limit: 3 },
    ];
    await (await createClient({ ...bundle, ledger, budgets })).close();
    expect(await ledger.budgets()).toEqual([
      day,
      { ...day, scope: "ever", limit: 7000 },
      { ...day, unit: "epsilon", limit: 3 },
    ]);
  });

  it("are two where they state epsilon at two deltas", () => {
    const other = { ...day, delta: 1e-6, limit: 1 };
    expect(stricter([day], [other])).toEqual([day, other]);
  });
});

describe("loading that is stopped", () => {
  const closing = () => {
    let finish: (engine: Engine) => void = () => {};
    const opening = new Promise<Engine>((resolve) => (finish = resolve));
    return { opening, finish };
  };

  it("begins nothing where it was stopped before", async () => {
    const open = vi.fn<() => Promise<Engine>>();
    const options = { bundle: "demo-stories", signal: AbortSignal.abort() };
    await expect(connect(open, server, memoryLedger(), localAttack(), options)).rejects.toMatchObject({
      code: "aborted",
    });
    expect(open).not.toHaveBeenCalled();
  });

  it("rejects at once, and closes the engine that comes too late", async () => {
    const { opening, finish } = closing();
    const stop = new AbortController();
    const options = { bundle: "demo-stories", signal: stop.signal };
    const connecting = connect(() => opening, server, memoryLedger(), localAttack(), options);
    stop.abort();
    await expect(connecting).rejects.toMatchObject({ code: "aborted" });
    const engine = createLocalEngine(await openFolder("bundles/demo-stories"));
    const closed = new Promise<void>((resolve) => {
      finish({ ...engine, close: async () => resolve() });
    });
    await closed;
    await engine.close();
  });
});
