import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { recordingDecoder } from "../testing/recording-decoder.ts";
import { LOOSE, ROOM } from "./batch.ts";
import { createBatches } from "./batches.ts";
import { allocateKeyValues } from "./key-values.ts";

interface Member {
  length: number;
  /** Steps until it leaves by itself. */
  left: number;
}

/** Batches, who is in them, and what their members need by the test's own count. */
function cast(batchSize: number) {
  const decoder = recordingDecoder({ before: () => Promise.resolve() });
  const batches = createBatches<Member>(decoder, 1, batchSize);
  const members: Member[] = [];
  const needed = () => members.reduce((sum, { length }) => sum + length + ROOM, 0);
  return {
    batches,
    members,
    needed,
    join: (length: number, left = Infinity) => {
      const member = { length, left };
      members.push(member);
      batches.join(member, { keyValues: allocateKeyValues(decoder.shape, 1, length), length });
    },
    leave: (member: Member) => {
      members.splice(members.indexOf(member), 1);
      batches.leave(member);
    },
    /** A step; how many took part. */
    step: async (): Promise<number> => {
      const batch = batches.turn();
      if (batch === undefined) return 0;
      const step = batch.step(() => Float32Array.of(1));
      // The step has its block by now, and every other batch has what it had.
      expect(batches.columns).toBeLessThanOrEqual(LOOSE * needed());
      const said = await step;
      for (const { member } of said) {
        member.length += 1;
        member.left -= 1;
      }
      expect(said.length).toBeLessThanOrEqual(batchSize);
      return said.length;
    },
  };
}

const length = fc.oneof(
  fc.constantFrom(1, 2000),
  fc.nat(11).map((power) => 2 ** power),
  fc.integer({ min: 1, max: 2000 }),
);
const move = fc.oneof(
  fc.record({ do: fc.constant("join" as const), length, count: fc.integer({ min: 1, max: 20 }) }),
  fc.record({
    do: fc.constant("leave" as const),
    which: fc.constantFrom("longest", "shortest", "any"),
    count: fc.nat(20),
  }),
  fc.record({ do: fc.constant("park" as const), at: fc.nat(99) }),
  fc.record({ do: fc.constant("step" as const), count: fc.integer({ min: 1, max: 40 }) }),
);

describe("createBatches", () => {
  it("has at most three columns for each that its members need, at every step, whoever comes and goes", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(move, { minLength: 1, maxLength: 25 }),
        fc.integer({ min: 1, max: 32 }),
        async (moves, batchSize) => {
          const { batches, members, join, leave, step, needed } = cast(batchSize);
          for (const now of moves) {
            if (now.do === "join") for (let i = 0; i < now.count; i++) join(now.length);
            if (now.do === "step") for (let i = 0; i < now.count; i++) await step();
            if (now.do === "leave") {
              const sorted = [...members].sort((a, b) => a.length - b.length);
              if (now.which === "longest") sorted.reverse();
              for (const member of now.which === "any" ? members.slice(0, now.count) : sorted.slice(0, now.count)) {
                leave(member);
              }
            }
            const parked = now.do === "park" ? members[now.at % members.length] : undefined;
            if (parked !== undefined) {
              const own = batches.take(parked);
              expect(own.length).toBe(parked.length);
              batches.join(parked, own);
            }
          }
          await step();
          expect(batches.columns).toBeLessThanOrEqual(LOOSE * needed());
          for (const member of [...members]) leave(member);
          expect([batches.columns, batches.empty]).toEqual([0, true]);
        },
      ),
      { numRuns: 200 },
    );
  });

  it("splits a batch whose long members but one have gone", async () => {
    const { batches, members, join, leave, step, needed } = cast(32);
    for (let i = 0; i < 32; i++) join(i % 2 === 0 ? 1 : 2000);
    while (batches.columns < 32 * 2000) await step();
    for (const member of members.filter(({ length }) => length > 1000).slice(1)) leave(member);
    // 17 places as long as the longest would be 17 x 2000.
    const taking = [await step(), await step()];
    expect(batches.columns).toBeLessThanOrEqual(LOOSE * needed());
    // One of the short may keep the long one company.
    expect(taking[0]! + taking[1]!).toBe(17);
    expect(Math.min(...taking)).toBeLessThanOrEqual(2);
  });

  it("lays a block out anew where a little of everything makes it too large", async () => {
    const { batches, members, join, leave, step, needed } = cast(32);
    // A block for eight; then a longest that is half as long, and a quarter of the places free: none of it too much by itself.
    for (const length of [1000, 500, 396, 396, 396, 396, 396, 396]) join(length);
    expect(await step()).toBe(8);
    for (const member of [members[0]!, members[7]!]) leave(member);
    expect(await step()).toBe(6);
    expect(batches.columns).toBeLessThanOrEqual(LOOSE * needed());
  });

  it.each([
    ["all alike", () => 200, 30],
    ["of one kind", (x: number) => Math.round(100 + 300 * x), 30],
    ["from a line to a page", (x: number) => Math.round(16 * 64 ** x), 15],
  ])("fills its batches of 32 with 64 prompts %s", async (_, lengthOf, least) => {
    // A low-discrepancy sequence: what a mix looks like, without its luck.
    let n = 0;
    const next = () => (n++ * 0.618_034) % 1;
    const { members, join, leave, step } = cast(32);
    let taken = 0;
    let steps = 0;
    for (; steps < 1500; steps++) {
      while (members.length < 64) join(lengthOf(next()), Math.round(1 + 127 * next()));
      taken += await step();
      for (const member of members.filter(({ left }) => left <= 0)) leave(member);
    }
    expect(taken / steps).toBeGreaterThan(least);
  });
});
