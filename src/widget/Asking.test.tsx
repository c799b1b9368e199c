import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { initialAsk, reduceAsk, type AskAction } from "../app/ask/state.ts";
import { fakeClassifier } from "../app/testing/fake-classifier.ts";
import { fakeSdk } from "../app/testing/fake-client.ts";
import { Asking } from "./Asking.tsx";
import { createLink } from "./link.ts";
import { readStart } from "./start.ts";

const HOST = "https://host.example";
const classifier = fakeClassifier();
const text = "Where is my card?";
const release = await classifier.release(text, "strict");
const sent: readonly AskAction[] = [
  { type: "loaded", client: classifier },
  { type: "preset-chosen", preset: "strict" },
  { type: "drafted", text },
  { type: "asked", id: 1, text, preset: "strict" },
  { type: "released", id: 1, release },
];
const answered: readonly AskAction[] = [...sent, { type: "answered", id: 1, answer: await classifier.send(release) }];

function page(actions: readonly AskAction[], shared = false): string {
  const link = createLink({ theme: "system", locale: null });
  link.onHost({ origin: HOST, tell: () => undefined });
  if (shared) link.answer({ type: "shared", reply: release.draw.id });
  const state = actions.reduce(reduceAsk, initialAsk);
  return renderToStaticMarkup(
    <Asking sdk={fakeSdk()} server="https://example.invalid" start={readStart("")} link={link} within state={state} />,
  );
}

const words = (...of: Parameters<typeof page>) =>
  page(...of)
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll(/\s+/g, " ");

describe("asking in the frame of another page", () => {
  it("says what the question tells the server, and what the page is told", () => {
    expect(words(sent)).toMatch(/This message tells the server: at most [\d.]+ bits in all/);
    expect(words(sent)).toContain(`${HOST} is told that you asked, and how many bits that tells the server at most`);
  });

  it("asks about the answer once it is there, and once for the same levels", () => {
    expect(words(sent)).not.toContain("Share this reply");
    expect(words(answered)).toContain(`Share this reply with ${HOST}?`);
    const again: readonly AskAction[] = [
      ...answered,
      { type: "resent", id: 1 },
      { type: "answered", id: 1, answer: { labels: [] } },
    ];
    expect(words(again, true)).toContain(`This reply was shared with ${HOST}.`);
  });

  it("has no inline styles, which its policy forbids", () => {
    expect(page(answered)).not.toMatch(/\sstyle="|<style/);
  });
});
