import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { searched } from "./search.ts";

const named = (title: string, more = "") => ({ item: title, title, more });
const all = [
  named("Search conversations", "Conversations"),
  named("Export conversations", "Conversations"),
  named("Settings", "Page"),
  named("What could the server read?", "Message"),
  named("Español", "Language"),
];

describe("searching the commands", () => {
  it("finds all where nothing is asked", () => {
    expect(searched("  ", all)).toHaveLength(all.length);
  });

  it.each([
    ["setti", ["Settings"]],
    ["conv ex", ["Export conversations"]],
    ["se", ["Search conversations", "Settings", "What could the server read?", "Export conversations"].slice(0, 3)],
    ["espanol", ["Español"]],
    ["language", ["Español"]],
    ["nothing like it", []],
  ])("for %s finds %j", (query, found) => {
    expect(searched(query, all)).toEqual(found);
  });

  it("puts a title that begins so before one that has it inside", () => {
    expect(searched("read", [named("What could the server read?"), named("Read aloud")])[0]).toBe("Read aloud");
  });

  it("finds nothing that is not there, and nothing twice", () => {
    fc.assert(
      fc.property(fc.string(), (query) => {
        const found = searched(query, all);
        expect(new Set(found).size).toBe(found.length);
      }),
    );
  });
});
