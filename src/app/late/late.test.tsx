import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it, vi } from "vitest";
import type { Sdk } from "../sdk.ts";
import { fakeSdk } from "../testing/fake-client.ts";
import { fakeManifest } from "../testing/fake-manifest.ts";
import { late } from "./late.tsx";
import { lateSdk } from "./sdk.ts";

function Greeting({ name }: { readonly name: string }) {
  return <p>Hello {name}</p>;
}

const options = { server: "https://example.invalid", bundle: "demo", onProgress: () => undefined };

describe("a late part", () => {
  it("shows nothing before its code has come, and itself at once from then on", async () => {
    const Part = late(async () => Greeting);
    expect(renderToStaticMarkup(<Part name="Orla" />)).toBe("");
    await Part.fetch();
    expect(renderToStaticMarkup(<Part name="Orla" />)).toBe("<p>Hello Orla</p>");
  });

  it("is asked for again where it did not come, and only until it has", async () => {
    const load = vi.fn(async () => Greeting).mockRejectedValueOnce(new TypeError("Failed to fetch"));
    const Part = late(load);
    await expect(Part.fetch()).rejects.toThrow(TypeError);
    expect(renderToStaticMarkup(<Part name="Orla" />)).toBe("");
    await Part.fetch();
    await Part.fetch();
    expect(load).toHaveBeenCalledTimes(2);
    expect(renderToStaticMarkup(<Part name="Orla" />)).toContain("Orla");
  });
});

describe("the late SDK", () => {
  it("is imported by the first client, once, and prices what that client brings", async () => {
    const real = fakeSdk();
    const load = vi.fn(async () => real);
    const sdk = lateSdk(load);
    expect(load).not.toHaveBeenCalled();
    await sdk.createClient(options);
    await sdk.createClient(options);
    expect(load).toHaveBeenCalledTimes(1);
    const of = [fakeManifest, "balanced", 12, 1e-5, "message"] as const;
    expect(sdk.privacyCost(...of)).toEqual(real.privacyCost(...of));
  });

  it("says that the server could not be reached where its code does not come, and tries again", async () => {
    const load = vi.fn(async (): Promise<Sdk> => fakeSdk()).mockRejectedValueOnce(new TypeError("Failed to fetch"));
    const sdk = lateSdk(load);
    await expect(sdk.createClient(options)).rejects.toMatchObject({ code: "server_unreachable" });
    await expect(sdk.createClient(options)).resolves.toBeDefined();
  });

  it("prices nothing without a client", () => {
    const sdk = lateSdk(async () => fakeSdk());
    expect(() => sdk.mixedCost(fakeManifest, [], 1e-5, "token")).toThrow("no client");
  });
});
