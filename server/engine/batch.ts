/**
 * Sequences that are decoded together, a row each a step.
 *
 * Their cache is one block of memory which a step writes its columns into; nothing else is moved where nobody joins or leaves. Who leaves makes a free place, which the next to join is copied into; the block is laid out anew, once for all changes
 * since the last step, when it is full, when a quarter of it would be empty, or when it is far larger than its members need.
 */
import {
  allocateKeyValues,
  copySequence,
  type KeyValues,
  type KeyValueShape,
  type OwnKeyValues,
} from "./key-values.ts";

export interface DecoderStep {
  /** batch x length x H. */
  readonly rows: Float32Array;
  /** New rows of each sequence. More than one only where the batch is one sequence. */
  readonly length: number;
  /** Read, and written: the new rows' columns follow those that are filled. */
  readonly keyValues: KeyValues;
  /** Columns of each sequence that are filled. */
  readonly filled: Int32Array;
}

/** One forward pass over several sequences. */
export interface StepDecoder {
  readonly shape: KeyValueShape;
  /** Logits of the last row of each sequence, batch x V. */
  step(step: DecoderStep): Promise<Float32Array>;
  close(): Promise<void>;
}

export interface Batch<Member> {
  /** Members, those included who join at the next step. */
  readonly members: readonly Member[];
  /** Columns of the longest member. */
  readonly length: number;
  /** Columns that the members need: those filled, and `ROOM` for each. */
  readonly needed: number;
  /** Columns of the block as it is now, free places and those beyond shorter members included. */
  readonly columns: number;
  lengthOf(member: Member): number;
  /** From the next step on; the member's own cache is copied then. */
  join(member: Member, own: OwnKeyValues): void;
  leave(member: Member): void;
  /** Leave, with the cache. Not while a step is under way. */
  take(member: Member): OwnKeyValues;
  /** Lay the block out anew where those who left have made it larger than `LOOSE` allows. Not while a step is under way. */
  trim(): void;
  /** One row of each member in, and the logits (V) that follow it out. Who left meanwhile gets none. */
  step(rowOf: (member: Member) => Float32Array): Promise<readonly { member: Member; logits: Float32Array }[]>;
}

interface Place<Member> {
  readonly member: Member;
  length: number;
}

/** Columns a new block has beyond what is filled: steps until it is laid out anew, and memory that lies idle meanwhile. */
export const ROOM = 32;

/** A block has at most so many columns for each that its members need, as long as its members allow it (batches.ts). */
export const LOOSE = 3;

/** Columns of a new block for so many members, the longest of which has `longest` filled. */
export function blockColumns(members: number, longest: number): number {
  return members * (longest + ROOM);
}

export function createBatch<Member>(decoder: StepDecoder, hidden: number): Batch<Member> {
  const { shape } = decoder;
  const joining = new Map<Member, OwnKeyValues>();
  let places: (Place<Member> | null)[] = [];
  let block = allocateKeyValues(shape, 0, 0);

  const longest = () =>
    Math.max(0, ...places.map((place) => place?.length ?? 0), ...Array.from(joining.values(), (own) => own.length));

  const needed = () => {
    let sum = 0;
    for (const place of places) if (place !== null) sum += place.length + ROOM;
    for (const { length } of joining.values()) sum += length + ROOM;
    return sum;
  };
  const columns = () => block.batch * block.capacity;

  function settle(): void {
    const free = places.flatMap((place, at) => (place === null ? at : []));
    const fits =
      joining.size <= free.length &&
      (free.length - joining.size) * 4 <= places.length &&
      longest() < block.capacity &&
      block.capacity <= 2 * (longest() + ROOM) &&
      columns() <= LOOSE * needed();
    if (!fits) layOutAnew();
    else {
      let next = 0;
      for (const [member, { keyValues, length }] of joining) {
        const at = free[next++]!;
        copySequence(shape, keyValues, 0, block, at, length);
        places[at] = { member, length };
      }
    }
    joining.clear();
  }

  function layOutAnew(): void {
    const staying = places.flatMap((place, at) => (place === null ? [] : { place, at }));
    const anew = allocateKeyValues(shape, staying.length + joining.size, longest() + ROOM);
    staying.forEach(({ place, at }, to) => {
      copySequence(shape, block, at, anew, to, place.length);
    });
    places = staying.map(({ place }) => place);
    for (const [member, { keyValues, length }] of joining) {
      copySequence(shape, keyValues, 0, anew, places.length, length);
      places.push({ member, length });
    }
    block = anew;
  }

  function leave(member: Member): void {
    joining.delete(member);
    places = places.map((place) => (place?.member === member ? null : place));
  }

  return {
    get members() {
      return [...places.flatMap((place) => place?.member ?? []), ...joining.keys()];
    },
    get length() {
      return longest();
    },
    get needed() {
      return needed();
    },
    get columns() {
      return columns();
    },
    lengthOf: (member) => joining.get(member)?.length ?? places.find((place) => place?.member === member)!.length,
    join(member, own) {
      joining.set(member, own);
    },
    leave,
    take(member) {
      const waiting = joining.get(member);
      const at = places.findIndex((place) => place?.member === member);
      const length = waiting?.length ?? places[at]!.length;
      const keyValues = waiting?.keyValues ?? allocateKeyValues(shape, 1, length);
      if (waiting === undefined) copySequence(shape, block, at, keyValues, 0, length);
      leave(member);
      return { keyValues, length };
    },
    trim() {
      const joiningNeed = Array.from(joining.values()).reduce((sum, { length }) => sum + length + ROOM, 0);
      if (columns() > LOOSE * (needed() - joiningNeed)) settle();
    },
    async step(rowOf) {
      settle();
      const taking = places;
      const rows = new Float32Array(taking.length * hidden);
      taking.forEach((place, at) => {
        if (place !== null) rows.set(rowOf(place.member), at * hidden);
      });
      // A free place is a sequence of one row.
      const filled = Int32Array.from(taking, (place) => place?.length ?? 0);
      const logits = await decoder.step({ rows, length: 1, keyValues: block, filled });
      const vocabulary = logits.length / taking.length;
      return taking.flatMap((place, at) => {
        if (place === null || !places.includes(place)) return [];
        place.length += 1;
        return { member: place.member, logits: logits.subarray(at * vocabulary, (at + 1) * vocabulary) };
      });
    },
  };
}
