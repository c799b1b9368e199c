import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { initialState, reduce, type Action, type State } from "../app/state.ts";
import { fakeClient, fakeSdk } from "../app/testing/fake-client.ts";
import { createLink, type Link } from "./link.ts";
import { readStart } from "./start.ts";
import { Widget } from "./Widget.tsx";

const client = fakeClient({ engine: { backend: "wasm-threads", threads: 2, note: "" } });
const text = "Orla Venn wrote her secret number";
const release = await client.release(text, "strict");
const loaded: Action = { type: "loaded", client };
const answered: readonly Action[] = [
  loaded,
  { type: "preset-chosen", preset: "strict" },
  { type: "drafted", text },
  { type: "send-pressed", turn: 1, message: { text, marks: [], preset: "strict" } },
  { type: "released", turn: 1, release, bits: 12.34 },
  { type: "received", turn: 1, text: " a leaf." },
];
const ended: Action = { type: "ended", turn: 1, reason: "stop" };
const HOST = "https://host.example";

/** A link to a page that holds the frame. */
function held(): Link {
  const link = createLink({ theme: "system", locale: null });
  link.onHost({ origin: HOST, tell: () => undefined });
  return link;
}

/** The widget's words. */
function words(actions: readonly Action[], link = createLink({ theme: "system", locale: null })): string {
  return page(actions, link)
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll(/\s+/g, " ");
}

function page(actions: readonly Action[], link: Link): string {
  // Nothing is rendered in a browser here: what the widget asks of its window is the isolation.
  globalThis.window ??= { crossOriginIsolated: false } as Window & typeof globalThis;
  const state = actions.reduce<State>(reduce, initialState);
  return renderToStaticMarkup(
    <Widget sdk={fakeSdk()} server="https://example.invalid" start={readStart("")} link={link} within state={state} />,
  );
}

describe("the widget", () => {
  it("says before sending what the message tells the server", () => {
    expect(words(answered)).toMatch(/This message tells the server: at most [\d.]+ of about \d+ bits/);
  });

  it("asks about a reply once it has ended, by the page's exact origin", () => {
    expect(words(answered, held())).not.toContain("Share this reply");
    expect(words([...answered, ended], held())).toContain(`Share this reply with ${HOST}?`);
  });

  it("has nobody to share with where no page on the list holds it", () => {
    expect(words([...answered, ended])).not.toContain("Share");
  });

  it("asks anew about another reply", () => {
    const link = held();
    link.answer({ type: "shared", reply: "1.1" });
    expect(words([...answered, ended], link)).toContain(`This reply was shared with ${HOST}.`);
    const again: readonly Action[] = [
      ...answered,
      ended,
      { type: "resent", turn: 1 },
      { type: "received", turn: 1, text: " a tree." },
      ended,
    ];
    expect(words(again, link)).toContain("Share this reply");
  });

  it("shows a prompt that is offered, and does not make it the draft", () => {
    const link = held();
    link.onMessage({ sotto: 1, type: "offer", prompt: "Once upon a time" });
    const markup = page([loaded], link);
    expect(markup).toContain("Once upon a time</blockquote>");
    expect(markup).toContain(`${HOST} offers a text`);
    expect(markup).toMatch(/<textarea[^>]*><\/textarea>/);
  });

  it("cannot be answered before it was in sight", () => {
    const link = held();
    link.onMessage({ sotto: 1, type: "offer", prompt: "Once upon a time" });
    expect(page([loaded], link)).toMatch(/<button[^>]*aria-disabled="true"[^>]*>Use it/);
    expect(page([...answered, ended], link)).toMatch(/<button[^>]*aria-disabled="true"[^>]*>Share/);
  });

  it("says what it lacks", () => {
    const single = fakeClient({ engine: { backend: "wasm", threads: 1, note: "" } });
    expect(words([{ type: "loaded", client: single }])).toContain("One thread only");
    expect(words([loaded])).not.toContain("One thread only");
    expect(words([loaded])).toContain("the ledger and the budgets here count for this site alone");
  });

  it.each([[[]], [[loaded]], [[...answered, ended]]])("has no inline styles, which its policy forbids", (actions) => {
    expect(page(actions, held())).not.toMatch(/\sstyle="|<style/);
  });
});
