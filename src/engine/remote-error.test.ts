import { describe, expect, it } from "vitest";
import { SottoError } from "../core/errors.ts";
import { outcome, unwrap } from "./remote-error.ts";

describe("an error that leaves the worker", () => {
  it("keeps its code and sentence when it is ours", async () => {
    const result = await outcome(() => Promise.reject(new SottoError("unknown_preset", "No such preset.")));
    expect(() => unwrap(structuredClone(result))).toThrow(
      expect.objectContaining({ code: "unknown_preset", message: "No such preset." }) as Error,
    );
  });

  it("leaves its words behind when it is not: they could be the person's", async () => {
    const result = await outcome(() => Promise.reject(new Error("Ottilie lost her ring")));
    expect(JSON.stringify(result)).not.toContain("Ottilie");
    expect(result).toMatchObject({ ok: false, code: "internal_error" });
  });
});
