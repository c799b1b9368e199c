import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Tokenizer } from "../../src/core/text/tokenizer.ts";
import { messagesOf, readText } from "./messages.ts";

/** A token a character. */
const tokenizer = { encode: (text: string) => Array.from(text, (c) => c.charCodeAt(0)) } as Tokenizer;
const texts = (text: string, most = 100) => messagesOf(text, tokenizer, most).map((ids) => String.fromCharCode(...ids));

describe("a text as messages", () => {
  it("has one for each paragraph, however they are parted, and none that is empty", () => {
    expect(texts("one\ntwo\n\nthree\r\n \t\r\nfour\n\n\n\n  five\n")).toEqual(["one\ntwo", "three", "four", "five"]);
  });

  it("has several for a paragraph that is longer than a message may be", () => {
    expect(texts("abcdefg\n\nhij", 3)).toEqual(["abc", "def", "g", "hij"]);
    expect(texts("a", 1)).toEqual(["a"]);
  });

  it("is refused where it is empty", () => {
    for (const empty of ["", " \n\n\t\r\n\n "]) {
      expect(() => texts(empty)).toThrow(expect.objectContaining({ code: "empty_prompt" }) as Error);
    }
  });
});

describe("the file of a text", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "sotto-text-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("is read without its byte order mark", async () => {
    await writeFile(join(folder, "text"), "\uFEFFNaïve\n");
    expect(await readText(join(folder, "text"))).toBe("Naïve\n");
  });

  it("is refused where it is none, or not UTF-8, and not quoted", async () => {
    await writeFile(join(folder, "binary"), Uint8Array.of(0x53, 0xff, 0xfe));
    for (const source of [join(folder, "binary"), folder, "Ottilie lost her ring."]) {
      const error = await readText(source).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: "file_unreadable" });
      expect((error as Error).message).not.toContain("Ottilie");
    }
  });
});
