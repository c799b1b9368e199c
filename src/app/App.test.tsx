import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { App } from "./App.tsx";
import { fetchParts } from "./late/parts.ts";
import { promptOf, PUBLIC } from "./marks.ts";
import { initialState, reduce, type Action, type State } from "./state.ts";
import { fakeClient, fakeSdk } from "./testing/fake-client.ts";

await fetchParts();
const client = fakeClient();
const text = "Orla Venn wrote her secret number, 555 0142, on";
const release = await client.release(text, "strict");

const loaded: Action = { type: "loaded", client };
const sent: readonly Action[] = [
  loaded,
  { type: "preset-chosen", preset: "strict" },
  { type: "drafted", text },
  { type: "send-pressed", turn: 1, message: { text, marks: [], preset: "strict" } },
  { type: "released", turn: 1, release, bits: 12.34 },
];
const answered: readonly Action[] = [...sent, { type: "received", turn: 1, text: " a leaf." }];
const failure = { code: "stream_interrupted", message: "The connection ended before the reply did." };

/** The page as markup, with its entities resolved. */
function page(...actions: readonly Action[]): string {
  const start = actions.reduce<State>(reduce, initialState);
  return renderToStaticMarkup(<App sdk={fakeSdk()} server="https://example.invalid" bundle="demo" start={start} />)
    .replaceAll("&#x27;", "'")
    .replaceAll("&quot;", '"');
}

/** The words of the page alone. */
function words(...actions: readonly Action[]): string {
  return page(...actions)
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll(/\s+/g, " ");
}

describe("the page", () => {
  it("says in bytes what is loading, and lets the person write meanwhile", () => {
    const progress = { part: "runtime", loaded: 3_000_000, total: 12_000_000, cached: false } as const;
    const loading = words({ type: "load-progressed", progress });
    expect(loading).toContain("downloading, 3.0 MB of 12.0 MB");
    expect(loading).toContain("You can write already");
    expect(page()).toMatch(/<textarea(?![^>]*disabled)/);
  });

  it("says that bytes came from this device's cache", () => {
    const progress = { part: "bundle", loaded: 2_000_000, total: 2_000_000, cached: true } as const;
    expect(words({ type: "load-progressed", progress })).toContain("2.0 MB from this device");
  });

  it("offers to try again when loading failed, with the code and the sentence", () => {
    const failed = words({ type: "load-failed", failure });
    expect(failed).toContain(failure.message);
    expect(failed).toContain(failure.code);
    expect(failed).toContain("Try again");
  });

  it("names the engine, and keeps why it is not a faster one", () => {
    expect(words(loaded)).toContain("Ready on WASM, 2 threads WebGPU: no adapter on this machine.");
  });

  it("tells of every preset what was measured and what a token costs", () => {
    const ready = words(loaded);
    for (const fact of ["about 1 word in 7 readable", "about 1 word in 3 readable", "about 2 words in 3 readable"]) {
      expect(ready).toContain(fact);
    }
    expect(ready).toContain("Guessing blind: about 1 word in 19");
    expect(page(loaded)).toMatch(/role="radiogroup" aria-label="Preset"/);
  });

  it("says why Send is closed", () => {
    expect(page(loaded)).toMatch(/<button type="submit"[^>]*aria-disabled="true"[^>]*aria-describedby="send-why"/);
    expect(words(loaded)).toContain("Write something first.");
  });

  it("shows bits, epsilon and recovery together once something is to be sent", () => {
    const markup = page(...sent);
    expect(markup).toMatch(
      /role="meter" aria-label="Bits this message"[^>]*aria-valuetext="at most [\d.]+ of about \d+ bits"/,
    );
    const all = words(...sent);
    for (const part of ["replace one token", "replace the whole message", "by an attacker", "blind: 1 in 19"]) {
      expect(all).toContain(part);
    }
  });

  it("has a Stop button and a Send that does nothing while a reply arrives", () => {
    const markup = page(...answered);
    expect(markup).toContain(">Stop</button>");
    expect(markup).toMatch(/type="submit"[^>]*aria-disabled="true"[^>]*>Send<\/button>/);
    expect(markup).toMatch(/aria-busy="true"[^>]*>a leaf\./);
  });

  it("labels levels that left as sent", () => {
    expect(words(...sent)).toContain("Sent. These levels left, and your text did not.");
  });

  it("says that Regenerate and Send cost nothing for the same text, and what drawing anew costs", () => {
    const done = words(...answered, { type: "ended", turn: 1, reason: "stop" });
    expect(done).toContain("Regenerate The same noised levels, no new cost.");
    expect(done).toContain("Send sends the same levels again, at no cost.");
    expect(done).toMatch(/Draw anew New levels for all of it, a new cost: at most [\d.]+ bits/);
  });

  it("keeps the part that arrived before a failure, with a way out", () => {
    const failed = words(...answered, { type: "failed", turn: 1, failure });
    expect(failed).toContain("a leaf.");
    expect(failed).toContain("Try again The same noised levels, no new cost.");
  });

  it("does not claim that levels arrived which nobody answered", () => {
    const failed = words(...sent, { type: "failed", turn: 1, failure });
    expect(failed).toContain("these levels may have left or not, your text did not");
    expect(failed).not.toContain("These levels left");
  });

  it("shows which text a reply belongs to once the draft is another", () => {
    const markup = page(...answered, { type: "ended", turn: 1, reason: "stop" }, { type: "drafted", text: "Another" });
    expect(markup).toContain(`<blockquote class="prose sent-text" dir="auto">${text}</blockquote>`);
  });

  it("asks for words to be selected once there are some, and shows marks with what they mean", () => {
    const draft: Action = { type: "drafted", text };
    expect(words(loaded, draft)).toContain("Select words to send them more quietly, or in the clear.");
    expect(words(loaded, draft)).not.toContain("Public words go");
    const start = text.indexOf("wrote");
    const markup = page(loaded, draft, { type: "marked", start, end: start + 5, treatment: PUBLIC });
    expect(markup).toContain('<span class="treated treated-public">wrote</span>');
    expect(markup).toContain(
      "Public words go to the server as they are. The server sees which positions were treated how.",
    );
  });

  it("says how much of an edited message is new, and shows its tokens as sent before", async () => {
    const edited = text.replace("Orla", "Ada");
    const second = await client.release(edited, "strict", release);
    const message = { text: edited, marks: [], preset: "strict" };
    const again = words(
      ...answered,
      { type: "ended", turn: 1, reason: "stop" },
      { type: "drafted", text: edited },
      { type: "send-pressed", turn: 2, message },
      { type: "released", turn: 2, release: second, bits: 1.5 },
    );
    expect(again).toContain(`${release.tokens.length - 1} tokens go again as they were, at no cost.`);
    expect(again).toContain("Which stretch you edited since the last message.");
  });

  it("says of a public token that the server reads it, of a private one what it tells at most", async () => {
    const draft = { text, marks: [{ start: 0, end: 4, treatment: PUBLIC }] };
    const mixed = await client.release(promptOf(draft), "strict");
    const markup = page(
      loaded,
      { type: "preset-chosen", preset: "strict" },
      { type: "drafted", text },
      { type: "marked", start: 0, end: 4, treatment: PUBLIC },
      { type: "send-pressed", turn: 1, message: { ...draft, preset: "strict" } },
      { type: "released", turn: 1, release: mixed, bits: 3 },
    );
    expect(markup).toContain('aria-label="‘Orla’, public: the server reads it"');
    expect(markup).toMatch(/aria-label="‘Venn’, strict: at most [\d.]+ of 12 bits"/);
    expect(markup).toContain("These levels left, and your private words did not.");
    expect(markup).toContain("The public words (1 token): they go as they are.");
  });

  it("keeps the reply that was there when one that was asked for again does not come", () => {
    const failed = words(
      ...answered,
      { type: "ended", turn: 1, reason: "stop" },
      { type: "resent", turn: 1 },
      { type: "failed", turn: 1, failure },
    );
    expect(failed).toContain("a leaf. This is the reply before. No new one came.");
  });

  it("offers to go on once the reply ended, while the draft is its text", () => {
    const ended: readonly Action[] = [...answered, { type: "ended", turn: 1, reason: "stop" }];
    expect(page(...ended)).toContain(">Go on</button>");
    expect(page(...answered)).not.toContain(">Go on</button>");
    expect(page(...ended, { type: "drafted", text: "Another" })).not.toContain(">Go on</button>");
  });

  it("says what is not hidden", () => {
    expect(words(...sent)).toContain(`How many tokens you send (${release.tokens.length} here)`);
    expect(words(...sent)).toContain("The reply: the server writes it, and therefore reads it.");
  });

  it.each([
    ["loading", []],
    ["ready", [loaded]],
    ["answered", answered],
    ["failed", [...answered, { type: "failed", turn: 1, failure } as const]],
  ])("has no inline styles, which its Content-Security-Policy forbids: %s", (_, actions) => {
    expect(page(...actions)).not.toMatch(/\sstyle="|<style/);
  });
});
