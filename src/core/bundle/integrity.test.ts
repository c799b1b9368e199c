import { describe, expect, it } from "vitest";
import { sha256Hex, verifyFile } from "./integrity.ts";

const abc = new TextEncoder().encode("abc");
/** FIPS 180-2, appendix B.1. */
const digestOfAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
const file = { path: "client/a.bin", bytes: 3, sha256: digestOfAbc };

describe("sha256Hex", () => {
  it("gives the standard's digest of abc, in lower case", async () => {
    expect(await sha256Hex(abc)).toBe(digestOfAbc);
  });

  it("keeps leading zeros of every byte", async () => {
    for (let i = 0; i < 50; i++) expect(await sha256Hex(Uint8Array.of(i))).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe("verifyFile", () => {
  it("passes the file the manifest names", async () => {
    await expect(verifyFile(file, abc)).resolves.toBeUndefined();
  });

  it.each([
    ["a shorter one", "ab"],
    ["a longer one", "abcd"],
    ["one of the same length", "abd"],
    ["a web page in its place", "<!doctype html>"],
  ])("refuses %s, by name", async (_, text) => {
    const bytes = new TextEncoder().encode(text);
    await expect(verifyFile(file, bytes)).rejects.toMatchObject({
      code: "bundle_corrupt",
      message: expect.stringContaining("client/a.bin") as string,
    });
  });
});
