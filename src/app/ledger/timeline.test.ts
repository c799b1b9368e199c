import { describe, expect, it } from "vitest";
import { memoryLedger } from "../../sdk/memory-ledger.ts";
import { SERVER, sentAt } from "../testing/ledger-rows.ts";
import { standingOf } from "./standing.ts";
import { lineOf, timelineOf } from "./timeline.ts";

const HOUR = 3_600_000;

describe("the history of a server", () => {
  it("adds up in order of time, and no other server is in it", async () => {
    const ledger = memoryLedger();
    await ledger.spend(sentAt(3 * HOUR, 4));
    await ledger.spend(sentAt(HOUR, 6));
    await ledger.spend(sentAt(2 * HOUR, 9, "https://other.invalid"));
    const items = timelineOf(await ledger.rows(), SERVER);
    expect(items.map(({ at, tokens }) => [at, tokens])).toEqual([
      [HOUR, 6],
      [3 * HOUR, 4],
    ]);
    const [six, four] = items;
    expect(six?.bits).toBeCloseTo(((four?.bits ?? 0) * 6) / 4, 9);
    expect(four?.total).toBeCloseTo((six?.bits ?? 0) + (four?.bits ?? 0), 9);
  });

  it("agrees with what counts, and a new count begins at 0", async () => {
    const ledger = memoryLedger();
    await ledger.spend(sentAt(HOUR, 6));
    const before = standingOf(await ledger.rows(), SERVER);
    expect(timelineOf(await ledger.rows(), SERVER).at(-1)?.total).toBeCloseTo(before.bits, 9);
    expect([before.since, before.reset, before.tokens]).toEqual([HOUR, false, 6]);
    await ledger.reset(SERVER);
    const after = standingOf(await ledger.rows(), SERVER);
    expect([after.bits, after.epsilon, after.messages, after.reset]).toEqual([0, 0, 0, true]);
    expect(timelineOf(await ledger.rows(), SERVER).map(({ kind, total }) => [kind, total === 0])).toEqual([
      ["release", false],
      ["reset", true],
    ]);
  });

  it("counts what was imported after a reset, however old it is, and says that it was imported", async () => {
    const ledger = memoryLedger();
    const other = memoryLedger();
    await other.spend(sentAt(HOUR, 5));
    await ledger.reset(null);
    await ledger.import(await other.export());
    const rows = await ledger.rows();
    const items = timelineOf(rows, SERVER);
    expect(items.map(({ kind, imported }) => [kind, imported])).toEqual([
      ["reset", false],
      ["release", true],
    ]);
    expect(items.at(-1)?.total).toBeCloseTo(standingOf(rows, SERVER).bits, 9);
    expect(standingOf(rows, SERVER).since).toBe(HOUR);
  });
});

describe("the line of a history", () => {
  it("is empty where nothing was sent", () => {
    expect(lineOf([], HOUR).times).toEqual([]);
  });

  it("rises from nothing, ends now, and its times never fall, also when a clock went back", async () => {
    const ledger = memoryLedger();
    await ledger.spend(sentAt(HOUR, 6));
    await ledger.reset(SERVER);
    await ledger.spend(sentAt(HOUR / 2, 2));
    const items = timelineOf(await ledger.rows(), SERVER);
    const now = Date.now() + HOUR;
    const line = lineOf(items, now);
    expect(line.bits[0]).toBe(0);
    expect(line.times.at(-1)).toBe(now / 1000);
    expect([...line.times].sort((a, b) => a - b)).toEqual(line.times);
    expect(line.resets).toHaveLength(1);
    expect(line.bits).toHaveLength(line.times.length);
  });
});
