/**
 * Sequences that are decoded together, a row each a step.
 *
 * The cache of the batch is one block of memory that a step reads and another that it writes, in turn, so that a step in which nobody
 * joins or leaves copies nothing beside what the decoder's own graph does. Who leaves makes a free place, which the next to join is
 * copied into; the block is laid out anew, once for all changes since the last step, when it would otherwise be a quarter empty.
 */
import { allocateKeyValues, copySequence, keyValuePair, type KeyValues, type KeyValueShape } from "./key-values.ts";

export interface DecoderStep {
  /** batch x length x H. */
  readonly rows: Float32Array;
  /** New rows of each sequence. */
  readonly length: number;
  readonly past: KeyValues;
  /** Written: `past` and the new rows. */
  readonly present: KeyValues;
  /** Of each sequence, columns on the left of `past` that are not its own. */
  readonly padding: Int32Array;
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
  /** From the next step on; `keyValues` is the member's own cache (batch 1) and is copied then. */
  join(member: Member, keyValues: KeyValues): void;
  leave(member: Member): void;
  /** Leave, with the cache. Not while a step is under way. */
  take(member: Member): KeyValues;
  /** One row of each member in, and the logits (V) that follow it out. Who left meanwhile gets none. */
  step(rowOf: (member: Member) => Float32Array): Promise<readonly { member: Member; logits: Float32Array }[]>;
}

interface Place<Member> {
  readonly member: Member;
  length: number;
}

/** Columns that nobody needs any more are cut off when there are more than these. */
const SLACK = 32;

export function createBatch<Member>(decoder: StepDecoder, hidden: number): Batch<Member> {
  const { shape } = decoder;
  const blocks = keyValuePair(shape);
  const joining = new Map<Member, KeyValues>();
  let places: (Place<Member> | null)[] = [];

  const longest = () =>
    Math.max(0, ...places.map((place) => place?.length ?? 0), ...Array.from(joining.values(), (own) => own.length));

  function settle(): void {
    const free = places.flatMap((place, at) => (place === null ? at : []));
    const fits =
      joining.size <= free.length &&
      (free.length - joining.size) * 4 <= places.length &&
      longest() <= blocks.current.length &&
      longest() + SLACK >= blocks.current.length;
    if (!fits) layOutAnew();
    else {
      let next = 0;
      for (const [member, own] of joining) {
        const at = free[next++]!;
        copySequence(shape, own, 0, blocks.current, at, own.length);
        places[at] = { member, length: own.length };
      }
    }
    joining.clear();
  }

  function layOutAnew(): void {
    const staying = places.flatMap((place, at) => (place === null ? [] : { place, at }));
    const block = blocks.spare(staying.length + joining.size, longest());
    staying.forEach(({ place, at }, to) => {
      copySequence(shape, blocks.current, at, block, to, place.length);
    });
    places = staying.map(({ place }) => place);
    for (const [member, own] of joining) {
      copySequence(shape, own, 0, block, places.length, own.length);
      places.push({ member, length: own.length });
    }
    blocks.swap(block);
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
    join(member, keyValues) {
      joining.set(member, keyValues);
    },
    leave,
    take(member) {
      const waiting = joining.get(member);
      const at = places.findIndex((place) => place?.member === member);
      const own = waiting ?? allocateKeyValues(shape, 1, places[at]!.length);
      if (waiting === undefined) copySequence(shape, blocks.current, at, own, 0, own.length);
      leave(member);
      return own;
    },
    async step(rowOf) {
      settle();
      const taking = places;
      const past = blocks.current;
      const rows = new Float32Array(taking.length * hidden);
      taking.forEach((place, at) => {
        if (place !== null) rows.set(rowOf(place.member), at * hidden);
      });
      const padding = Int32Array.from(taking, (place) => past.length - (place?.length ?? 0));
      const present = blocks.spare(past.batch, past.length + 1);
      const logits = await decoder.step({ rows, length: 1, past, present, padding });
      blocks.swap(present);
      const vocabulary = logits.length / taking.length;
      return taking.flatMap((place, at) => {
        if (place === null || !places.includes(place)) return [];
        place.length += 1;
        return { member: place.member, logits: logits.subarray(at * vocabulary, (at + 1) * vocabulary) };
      });
    },
  };
}
