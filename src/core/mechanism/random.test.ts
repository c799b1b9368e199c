import { afterEach, describe, expect, it, vi } from "vitest";
import { createByteReader, platformRandom, type RandomSource } from "./random.ts";

/** Gives 0, 1, 2, ... modulo 256, and notes how much was asked for at a time. */
function counting() {
  const calls: number[] = [];
  let next = 0;
  const source: RandomSource = {
    fill(bytes) {
      calls.push(bytes.length);
      for (let i = 0; i < bytes.length; i++) bytes[i] = next++ % 256;
    },
  };
  return { source, calls };
}

describe("platformRandom", () => {
  afterEach(() => vi.restoreAllMocks());

  it("asks the platform for at most 65,536 bytes a call, and for every byte once", () => {
    const asked: [number, number][] = [];
    vi.spyOn(globalThis.crypto, "getRandomValues").mockImplementation((array) => {
      asked.push([(array as Uint8Array).byteOffset, (array as Uint8Array).byteLength]);
      return array;
    });
    platformRandom.fill(new Uint8Array(150_000));
    expect(asked).toEqual([
      [0, 65_536],
      [65_536, 65_536],
      [131_072, 18_928],
    ]);
  });

  it("fills what the platform alone would refuse, to the end", () => {
    const bytes = new Uint8Array(70_000);
    platformRandom.fill(bytes);
    // A fair generator leaves 4,464 bytes all zero once in 256^4464 runs.
    expect(bytes.subarray(65_536).some((byte) => byte !== 0)).toBe(true);
  });
});

describe("createByteReader", () => {
  it("gives the source's bytes in order, across refills", () => {
    const { source, calls } = counting();
    const reader = createByteReader(source, 200_000);
    for (let i = 0; i < 200_000; i++) {
      const byte = reader.next(200_000 - i);
      if (byte !== i % 256) expect.fail(`byte ${i} was ${byte}`);
    }
    expect(calls).toEqual([65_536, 65_536, 65_536, 3_392]);
  });

  it("never draws a byte that is not owed", () => {
    const { source, calls } = counting();
    const reader = createByteReader(source, 3);
    // A tie: the first round reads one byte more than was known to be owed.
    reader.next(3);
    reader.next(3);
    reader.next(2);
    reader.next(1);
    expect(calls).toEqual([3, 1]);
  });
});
