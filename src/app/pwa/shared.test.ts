import { describe, expect, it } from "vitest";
import { MOST_SHARED } from "./messages.ts";
import { textOf } from "./shared.ts";

describe("a file that is opened with the app", () => {
  it("is its text, whatever the script", async () => {
    expect(await textOf(new Blob(["Quince Lane, größer, 静かに"]))).toBe("Quince Lane, größer, 静かに");
  });

  it("is nothing where it is no UTF-8", async () => {
    expect(await textOf(new Blob([Uint8Array.of(0xff, 0xfe, 0x41, 0x00)]))).toBeNull();
  });

  it("is nothing where it is too large, and not even read", async () => {
    expect(await textOf(new Blob(["x".repeat(MOST_SHARED)]))).toHaveLength(MOST_SHARED);
    const huge = { size: MOST_SHARED + 1, arrayBuffer: () => Promise.reject(new Error("read")) } as unknown as Blob;
    expect(await textOf(huge)).toBeNull();
  });
});
