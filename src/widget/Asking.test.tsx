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

  it("asks about the answer once it is there, and once for the same levels", async () => {
    expect(words(sent)).not.toContain("Share this reply");
    expect(words(answered)).toContain(`Share this reply with ${HOST}?`);
    const again: readonly AskAction[] = [
      ...answered,
      { type: "resent", id: 1 },
      { type: "answered", id: 1, answer: await classifier.send(release) },
    ];
    expect(words(again, true)).toContain(`This reply was shared with ${HOST}.`);
  });

  it("has nothing to share where the answer names nothing", () => {
    const empty: AskAction = { type: "answered", id: 1, answer: { labels: [] } };
    expect(words([...sent, empty])).not.toContain("Share this reply");
  });

  it("says to those who hear it that a question was stopped", () => {
    expect(page([...sent, { type: "stopped", id: 1 }])).toContain('role="status">Stopped.</p>');
  });

  it("begins with what was written before it was known that the bundle is asked", () => {
    const link = createLink({ theme: "system", locale: null });
    const handed = { text: "Where is my c", arrival: null };
    const begun = renderToStaticMarkup(
      <Asking sdk={fakeSdk()} server="https://example.invalid" start={readStart("")} within {...{ link, handed }} />,
    );
    expect(begun).toMatch(/<textarea[^>]*>Where is my c<\/textarea>/);
  });

  it("has no inline styles, which its policy forbids", () => {
    expect(page(answered)).not.toMatch(/\sstyle="|<style/);
  });
});
