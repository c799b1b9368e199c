import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { pricedAt } from "../../ask/priced.ts";
import { initialAsk, reduceAsk, type AskAction, type AskState } from "../../ask/state.ts";
import { fetchParts } from "../../late/parts.ts";
import { fakeClassifier } from "../../testing/fake-classifier.ts";
import { fakeSdk } from "../../testing/fake-client.ts";
import { AskMeter } from "./AskMeter.tsx";
import { AskPage } from "./AskPage.tsx";

await fetchParts();
const classifier = fakeClassifier();
const text = "Where is my card?";
const release = await classifier.release(text, "balanced");
const loaded: AskAction = { type: "loaded", client: classifier };
const sent: readonly AskAction[] = [
  loaded,
  { type: "drafted", text },
  { type: "asked", id: 1, text, preset: "balanced" },
  { type: "released", id: 1, release },
];
const answeredWith = async (probabilities: readonly number[]): Promise<readonly AskAction[]> => [
  ...sent,
  { type: "answered", id: 1, answer: await fakeClassifier({ probabilities }).send(release) },
];
const sure = await answeredWith([0.9]);

/** The page as markup, with its entities resolved. */
function page(...actions: readonly AskAction[]): string {
  const start = actions.reduce<AskState>(reduceAsk, initialAsk);
  const place = { own: "https://example.invalid", server: "https://example.invalid", bundle: "demo-intents" };
  return renderToStaticMarkup(<AskPage sdk={fakeSdk()} {...place} start={start} />)
    .replaceAll("&#x27;", "'")
    .replaceAll("&quot;", '"');
}

const words = (...actions: readonly AskAction[]) =>
  page(...actions)
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll(/\s+/g, " ");

describe("the page of questions", () => {
  it("states every preset in bits of the message, and how often it is right", () => {
    const ready = words(loaded);
    expect(ready.match(/at most [\d.]+ bits of this message/g)).toHaveLength(3);
    expect(ready).toContain("62.0% answered right");
    expect(ready).toContain("measured on 2,000 test questions");
  });

  it("has a meter that does not move with what is written", () => {
    const meter = (markup: string) => /role="meter"[^>]*>/.exec(markup)![0];
    const short = page(loaded, { type: "drafted", text: "Card?" });
    expect(meter(short)).toBe(meter(page(loaded, { type: "drafted", text: text.repeat(5) })));
    expect(meter(short)).toMatch(/aria-valuetext="at most [\d.]+ bits in all"/);
    const priced = pricedAt(classifier, "balanced")!;
    const whole = renderToStaticMarkup(
      <AskMeter priced={priced} when="would" drawn={{ releases: 2, bits: 23 }} since={null} />,
    ).replaceAll(/<[^>]*>/g, " ");
    expect(whole.replaceAll(/\s+/g, " ")).toMatch(/35\.0% without your question: 31\.0%.*drawn 2 times/);
  });

  it("offers questions to try while nothing is written, and says that nothing is kept", () => {
    expect(words(loaded)).toContain("Somebody in another town paid with my card.");
    expect(words(...sent)).not.toContain("Somebody in another town");
    expect(words(loaded)).toContain("Questions and answers are not kept");
  });

  it("gives the help of the likeliest topic in the bundle's language, and the probabilities of the first five", () => {
    const markup = page(...sure);
    expect(markup).toMatch(/lang="de" dir="auto" class="help is-large"><h3 class="help-title">Card lost<\/h3>/);
    expect(words(...sure)).toContain("Help for: Card lost.");
    expect(markup.match(/class="share"/g)).toHaveLength(5);
    expect(words(...sure)).toContain("Show all 7 topics");
    expect(words(...sure)).toContain("Ask again The same noised levels, no new cost.");
    expect(words(...sure)).toMatch(/Draw anew New levels for the same words, a new cost: at most [\d.]+ bits/);
  });

  it("is not sure where no topic is likelier than the others together", async () => {
    const unsure = await answeredWith([0.4, 0.3]);
    expect(words(...unsure)).toContain("Not sure: it may be one of these.");
    expect(words(...unsure)).toContain("Help for: Card late.");
    expect(words(...unsure)).toContain("At Light it answers 89.0% of test questions right, at Balanced 83.0%");
  });

  it("says that nothing was sent where drawing failed, and that the same goes again where sending did", () => {
    const failure = { code: "server_busy", message: "The server is busy." };
    expect(words(...sent, { type: "failed", id: 1, failure })).toContain("Try again The same noised levels");
    const undrawn: readonly AskAction[] = [...sent.slice(0, 3), { type: "failed", id: 1, failure }];
    expect(words(...undrawn)).toContain("Try again Nothing was sent.");
  });

  it("keeps the answer where drawing anew was refused, says why, and shows the levels that Send sends", () => {
    const refused = { code: "budget_exceeded", message: "This would go beyond your budget." };
    const anew: AskAction = { type: "asked", id: 2, text, preset: "balanced" };
    const state = words(...sure, anew, { type: "failed", id: 2, failure: refused });
    expect(state).toContain("Help for: Card lost.");
    expect(state).toContain("This would go beyond your budget. budget_exceeded");
    expect(state).toContain("Ask again The same noised levels");
    expect(state).toContain("Sent. These levels left, and your text did not.");
    expect(state).toContain("Send sends the same levels again");
    // And while it is drawn.
    expect(words(...sure, anew)).toContain("Sent. These levels left, and your text did not.");
  });

  it("says once that no new answer came", () => {
    const failure = { code: "server_busy", message: "The server is busy." };
    const failed = words(...sure, { type: "resent", id: 1 }, { type: "failed", id: 1, failure });
    expect(failed).toContain("This is the answer before. No new one came.");
    expect(failed).not.toContain("What arrived before is above.");
  });

  it("shows the levels that left, and how many bytes they are", () => {
    expect(words(...sure)).toContain("128 levels, 117 B, as many for every question");
    expect(words(...sure)).toContain("Sent. These levels left, and your text did not.");
  });

  it("has no conversations, and no introduction that is of another view", () => {
    expect(page(loaded)).not.toContain("Conversations</button>");
  });

  it.each([[[]], [[loaded]], [sent], [sure]])("has no inline styles, which its policy forbids", (actions) => {
    expect(page(...actions)).not.toMatch(/\sstyle="|<style/);
  });
});
