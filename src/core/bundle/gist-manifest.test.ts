import { describe, expect, it } from "vitest";
import { parseAnyManifest, parseGistManifest, parseManifest } from "./manifest-schema.ts";
import { gistManifest } from "./testing/gist-manifest.ts";

const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

describe("the manifest of a gist bundle", () => {
  it("is read, and told from one that splits by tokens", () => {
    expect(parseGistManifest(bytes(gistManifest))).toEqual(gistManifest);
    expect(parseAnyManifest(bytes(gistManifest)).split).toBe("gist");
    expect(() => parseManifest(bytes(gistManifest))).toThrow(expect.objectContaining({ code: "task_unsupported" }));
  });

  it.each([
    ["no head", { files: gistManifest.files.slice(0, 3) }, "server/head.onnx"],
    ["two labels of a name", { labels: [gistManifest.labels[0], gistManifest.labels[0]] }, "share a name"],
    ["one label", { labels: gistManifest.labels.slice(0, 1) }, "labels"],
    ["a probe of another number of vectors", { vectors: 2 }, "probe"],
    ["no vectors", { vectors: 0 }, "vectors"],
    ["a task of the other split", { tasks: ["complete"] }, "tasks"],
  ])("refuses %s, and says where", (_, change, where) => {
    expect(() => parseGistManifest(bytes({ ...gistManifest, ...change }))).toThrow(
      expect.objectContaining({ code: "manifest_invalid", message: expect.stringContaining(where) as string }),
    );
  });
});
