/**
 * Which sequences are decoded together. A block of memory has room for its longest member in every place, so a batch takes only
 * those with whom that costs little; the others get batches of their own, which take turns.
 *
 * What holds at every step: all blocks together have at most `LOOSE` x (tokens of all members + `ROOM` for each) columns.
 */
import { blockColumns, createBatch, LOOSE, ROOM, type Batch, type StepDecoder } from "./batch.ts";
import type { OwnKeyValues } from "./key-values.ts";

/**
 * A sequence may join, and two batches may become one, where the new block has at most so many columns for each that its members need:
 * two of which one is many times as long as the other do, twenty of which one is so long do not.
 */
const TIGHT = 2;

export interface Batches<Member> {
  /** Columns of all blocks as they are now. */
  readonly columns: number;
  readonly empty: boolean;
  join(member: Member, own: OwnKeyValues): void;
  leave(member: Member): void;
  /** Leave, with the cache. Not while a step is under way. */
  take(member: Member): OwnKeyValues;
  /** The batch whose turn it is to step, once memory is in order; undefined where there is none. Not while a step is under way. */
  turn(): Batch<Member> | undefined;
}

/** `batchSize`: members of one batch. */
export function createBatches<Member>(decoder: StepDecoder, hidden: number, batchSize: number): Batches<Member> {
  // In the order of their turns.
  let batches: Batch<Member>[] = [];
  const batchOf = new Map<Member, Batch<Member>>();

  function join(member: Member, own: OwnKeyValues): void {
    const distance = (batch: Batch<Member>) => Math.abs(batch.length - own.length);
    const takesIt = (batch: Batch<Member>) => {
      const count = batch.members.length + 1;
      const block = blockColumns(count, Math.max(batch.length, own.length));
      return count <= batchSize && block <= TIGHT * (batch.needed + own.length + ROOM);
    };
    const [nearest] = batches.filter(takesIt).sort((a, b) => distance(a) - distance(b));
    const batch = nearest ?? createBatch<Member>(decoder, hidden);
    if (nearest === undefined) batches.push(batch);
    batchOf.set(member, batch);
    batch.join(member, own);
  }

  function left(member: Member): void {
    const batch = batchOf.get(member);
    batchOf.delete(member);
    // With the last member goes the block, and not when it would have been its turn.
    if (batch?.members.length === 0) batches = batches.filter((other) => other !== batch);
  }

  function take(member: Member): OwnKeyValues {
    const own = batchOf.get(member)!.take(member);
    left(member);
    return own;
  }

  /** Those who have left may have been the long ones, or all but one of the short. */
  function settle(): void {
    for (const batch of [...batches]) {
      const longest = batch.length + ROOM;
      if (blockColumns(batch.members.length, batch.length) > LOOSE * batch.needed) {
        // Those who stay are at least half as long as the longest.
        const short = batch.members.filter((member) => 2 * (batch.lengthOf(member) + ROOM) < longest);
        for (const member of short) join(member, take(member));
      }
      batch.trim();
    }
  }

  /** Two batches that are together half a batch become one. */
  function merge(): void {
    const small = batches
      .filter(({ members }) => 2 * members.length < batchSize)
      .sort((a, b) => a.members.length - b.members.length);
    for (const [i, from] of small.entries()) {
      const into = small.slice(i + 1).find((other) => {
        const count = from.members.length + other.members.length;
        const block = blockColumns(count, Math.max(from.length, other.length));
        return 2 * count <= batchSize && block <= TIGHT * (from.needed + other.needed);
      });
      if (into === undefined) continue;
      for (const member of from.members) {
        const own = take(member);
        batchOf.set(member, into);
        into.join(member, own);
      }
      return;
    }
  }

  return {
    get columns() {
      return batches.reduce((sum, batch) => sum + batch.columns, 0);
    },
    get empty() {
      return batches.length === 0;
    },
    join,
    leave(member) {
      batchOf.get(member)?.leave(member);
      left(member);
    },
    take,
    turn() {
      settle();
      merge();
      const batch = batches.shift();
      if (batch !== undefined) batches.push(batch);
      return batch;
    },
  };
}
