import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { SottoError } from "../../../sdk/index.node.ts";
import type { OfferedBundle } from "../../../sdk/servers.ts";
import { answerOf, type ServerState } from "../../servers/useServers.ts";
import type { StoredItem } from "../../../sdk/storage.ts";
import { fakeSdk } from "../../testing/fake-client.ts";
import { fakeManifest } from "../../testing/fake-manifest.ts";
import { ServerList } from "./ServersSheet.tsx";

const OWN = "https://example.invalid";
const nothing = () => undefined;
const offered: OfferedBundle = {
  server: OWN,
  id: "demo-stories",
  title: "Simple stories",
  offer: { manifest: fakeManifest, sha256: "5f0c".repeat(16), startBytes: 2_400_000, laterBytes: 1_100_000 },
  failure: null,
};

function markup(state: ServerState, kept: readonly StoredItem[] = [], bundle = "demo-stories"): string {
  return renderToStaticMarkup(
    <ServerList
      own={OWN}
      current={{ server: OWN, bundle }}
      sdk={fakeSdk()}
      servers={[{ server: OWN, state }]}
      kept={kept}
      onRetry={nothing}
      onChoose={nothing}
    />,
  );
}
const words = (text: string) => text.replaceAll(/<[^>]*>/g, " ").replaceAll(/\s+/g, " ");
const ready = (...bundles: OfferedBundle[]): ServerState => ({ status: "ready", bundles });

describe("the bundles to choose from", () => {
  it("say what a bundle is, what it takes, and on whose terms", () => {
    const all = words(markup(ready(offered)));
    for (const fact of [
      "A small model that goes on with simple English stories.",
      "story-lm, 5.5M parameters",
      "2.4 MB, and 1.1 MB with the first preview",
      "512 tokens",
      "Apache-2.0",
      "TinyStories (CDLA-Sharing-1.0)",
    ]) {
      expect(all).toContain(fact);
    }
  });

  it("say of every preset what a token costs and what the strongest attack read, with its interval", () => {
    const all = words(markup(ready(offered)));
    expect(all).toMatch(/Strict 2\.15 [\d.]+ 13\.8% 13\.3% to 14\.3%/);
    expect(all).toContain("Guessing blind: 5.4%");
  });

  it("are one radio group, the one in use picked, and its button does nothing", () => {
    const other = { ...offered, id: "other", title: "Other" };
    const html = markup(ready(offered, other));
    expect(html).toMatch(/role="radiogroup" aria-label="Bundle"/);
    expect(new Set([...html.matchAll(/type="radio" name="([^"]+)"/g)].map(([, name]) => name)).size).toBe(1);
    expect(html.match(/checked=""/g)).toHaveLength(1);
    expect(html).toMatch(/aria-disabled="true">Simple stories is in use/);
  });

  it("say what is on this device, by its server and id", () => {
    const item = {
      id: `bundle:${OWN}/demo-stories`,
      kind: "bundle",
      title: "",
      server: OWN,
      bytes: 900_000,
      files: [],
    } as const;
    expect(words(markup(ready(offered)))).not.toContain("on this device");
    expect(words(markup(ready(offered), [{ ...item, whole: true }]))).toContain("on this device");
    expect(words(markup(ready(offered), [{ ...item, whole: false }]))).toContain("900 kB of 2.4 MB on this device");
    const elsewhere = { ...item, id: "bundle:https://other.invalid/demo-stories", whole: true };
    expect(words(markup(ready(offered), [elsewhere]))).not.toContain("on this device");
  });

  it("cannot be chosen where the manifest cannot be read", () => {
    const failure = new SottoError("manifest_invalid", "The bundle's manifest is not valid at dim.");
    const html = markup(ready({ ...offered, offer: null, failure }));
    expect(html).toMatch(/type="radio"[^>]*disabled=""/);
    expect(html).toContain("manifest_invalid");
    expect(html).toMatch(/aria-disabled="true"/);
  });

  it("have no inline styles and no form within a form", () => {
    expect(markup(ready(offered))).not.toMatch(/\sstyle="|<style/);
    expect(markup({ status: "needs-key", refused: false })).not.toMatch(/<form(?:(?!<\/form>).)*<form/);
  });
});

describe("a server", () => {
  it("that is asked says so, politely", () => {
    expect(markup({ status: "loading" })).toMatch(/role="status">Asking this server/);
  });

  it("that offers nothing says so", () => {
    expect(words(markup(ready()))).toContain("This server offers no bundle.");
  });

  it("that wants a key has a field for it, and says when one was refused", () => {
    const state = answerOf({ error: new SottoError("invalid_api_key", "x") }, false);
    expect(markup(state)).toMatch(/asks for an API key.*type="password"/);
    const again = answerOf({ error: new SottoError("invalid_api_key", "x") }, true);
    expect(markup(again)).toMatch(/role="alert">This server did not take the key/);
  });

  it("that cannot be reached can be tried again, with the code", () => {
    const state = answerOf({ error: new SottoError("server_unreachable", "It does not answer.") }, false);
    expect(words(markup(state))).toMatch(/It does not answer\. server_unreachable Try again/);
  });

  it("whose failure could hold anything shows none of it", () => {
    expect(words(markup(answerOf({ error: new Error("my secret text") }, false)))).not.toContain("secret");
  });
});
