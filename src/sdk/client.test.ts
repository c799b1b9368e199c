import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { accountantOfEntries, counting } from "../core/accounting/ledger/spent.ts";
import { SottoError } from "../core/errors.ts";
import { localAttack } from "../engine/attack/local-attack.ts";
import type { Engine } from "../engine/engine.ts";
import { createLocalEngine } from "../engine/local-engine.ts";
import type { Ledger } from "../storage/ledger.ts";
import { memoryLedger } from "../storage/ledger-memory.ts";
import { clientOver } from "./client.ts";
import { privacyCost } from "./cost.ts";
import { openFolder } from "./index.node.ts";
import type { Client, Release } from "./types.ts";

const server = "http://localhost:8787";
const reply = 'data: {"choices":[{"text":"hi","finish_reason":"stop"}]}\n\ndata: [DONE]\n\n';
let engine: Engine;
let ledger: Ledger;
let client: Client;
/** The bodies that left, and how many bits the ledger said had been spent when each did. */
let sent: { readonly body: string; readonly bits: number }[];

beforeAll(async () => {
  engine = createLocalEngine(await openFolder("bundles/demo-stories"));
});

beforeEach(() => {
  ledger = memoryLedger();
  client = clientOver(engine, server, ledger, localAttack());
  sent = [];
  vi.stubGlobal("fetch", async (_: URL, { body }: { body: string }) => {
    sent.push({ body, bits: await spent() });
    return new Response(reply);
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

async function spent(): Promise<number> {
  return accountantOfEntries(counting(await ledger.rows(), { server })).bits();
}

async function send(release: Release): Promise<void> {
  for await (const chunk of client.send(release)) expect(chunk.text).toBe("hi");
}

const costOf = (tokens: number) => privacyCost(client.bundle, "light", tokens, 1e-5, "message").bits;

describe("sending", () => {
  it("charges the whole message before the first byte leaves", async () => {
    const release = await client.release("The little fox ran home.", "light");
    expect(await spent()).toBe(0);
    await send(release);
    expect(sent).toHaveLength(1);
    expect(sent[0]?.bits).toBeCloseTo(costOf(release.tokens.length), 9);
  });

  it("charges a release once, however often it goes, and sends the same bytes", async () => {
    const release = await client.release("The little fox ran home.", "light");
    await send(release);
    await send(release);
    expect(sent[1]?.body).toBe(sent[0]?.body);
    expect(await spent()).toBeCloseTo(costOf(release.tokens.length), 9);
  });

  it("charges the second turn of a chat for its new private tokens alone", async () => {
    const first = await client.release("The little fox ran home.", "light");
    await send(first);
    const before = await spent();
    const turn = [
      { kind: "private", text: "The little fox ran home." },
      { kind: "public", text: " His mother smiled." },
      { kind: "private", text: " Where were you?" },
    ] as const;
    const second = await client.release(turn, "light", first);
    await send(second);
    const fresh = second.tokens.filter(({ preset, reused }) => preset !== null && !reused).length;
    expect(await spent()).toBeCloseTo(before + costOf(fresh), 9);
  });

  it("charges what an unsent release held, where a later one sends its levels", async () => {
    const first = await client.release("The little fox ran home.", "light");
    const second = await client.release("The little fox ran home. He slept.", "light", first);
    await send(second);
    expect(await spent()).toBeCloseTo(costOf(second.tokens.length), 9);
  });

  it("sends nothing where the ledger refuses or fails", async () => {
    const release = await client.release("The little fox ran home.", "light");
    await ledger.setBudgets([{ scope: "message", unit: "bits", limit: 1, delta: 1e-5 }]);
    await expect(send(release)).rejects.toMatchObject({ code: "budget_exceeded" });
    await ledger.setBudgets([]);
    const spend = vi.spyOn(ledger, "spend").mockRejectedValueOnce(new SottoError("ledger_full", "full"));
    await expect(send(release)).rejects.toMatchObject({ code: "ledger_full" });
    spend.mockRestore();
    expect(sent).toHaveLength(0);
    await send(release);
    expect(sent).toHaveLength(1);
  });

  it("charges a release that is sent by other means, once", async () => {
    const release = await client.release("The little fox ran home.", "light");
    await client.charge(release);
    expect(sent).toHaveLength(0);
    expect(await spent()).toBeCloseTo(costOf(release.tokens.length), 9);
    await send(release);
    expect(await spent()).toBeCloseTo(costOf(release.tokens.length), 9);
    await expect(client.charge({ ...release, bundle: "00".repeat(32) })).rejects.toMatchObject({
      code: "bundle_mismatch",
    });
  });

  it("refuses a release of another bundle, whose cost it does not know", async () => {
    const release = await client.release("The fox.", "light");
    await expect(send({ ...release, bundle: "00".repeat(32) })).rejects.toMatchObject({ code: "bundle_mismatch" });
    expect(sent).toHaveLength(0);
    expect(await spent()).toBe(0);
  });

  it("costs nothing where all is public", async () => {
    await send(await client.release([{ kind: "public", text: "Tell a story." }], "light"));
    expect(sent).toHaveLength(1);
    expect(await spent()).toBe(0);
  });
});

describe("asking whether a message may be sent", () => {
  it("says where the budgets would stand, and what would fit instead, and spends nothing", async () => {
    await ledger.setBudgets([{ scope: "message", unit: "bits", limit: costOf(4) + 1, delta: 1e-5 }]);
    expect(await client.afford([{ preset: "light", tokens: 3 }])).toMatchObject({ fitting: null });
    const asked = await client.afford([{ preset: "light", tokens: 8 }]);
    expect(asked.states[0]?.exceeded).toBe(true);
    expect(asked.fitting).toEqual({ presets: ["strict", "balanced"], fewer: 4, left: 4 });
    expect(await client.afford([])).toEqual({ states: [], fitting: null });
    expect(await spent()).toBe(0);
  });
});
