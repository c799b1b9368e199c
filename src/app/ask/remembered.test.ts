import { describe, expect, it } from "vitest";
import { fakeClassifier } from "../testing/fake-classifier.ts";
import { createRemembered } from "./remembered.ts";
import { askedBefore, drawn, initialAsk, isUnanswered, reduceAsk, type AskAction } from "./state.ts";

const classifier = fakeClassifier();
const text = "Where is my card?";
const release = await classifier.release(text, "balanced");
const sent: readonly AskAction[] = [
  { type: "loaded", client: classifier },
  { type: "asked", id: 1, text, preset: "balanced" },
  { type: "released", id: 1, release },
];
const HERE = ["https://a.example", "bank"] as const;

describe("what was asked at a place", () => {
  it("goes as the same levels to who comes back to it, and to no other place", () => {
    const remembered = createRemembered();
    const answered: AskAction = { type: "answered", id: 1, answer: { labels: [] } };
    remembered.put(...HERE, drawn([...sent, answered].reduce(reduceAsk, initialAsk)));
    const back = { ...initialAsk, draft: text, earlier: remembered.at(...HERE) };
    expect(askedBefore(reduceAsk(back, sent[0]!))).toMatchObject({ id: 1, release });
    expect(remembered.at("https://b.example", "bank")).toEqual([]);
    expect(remembered.at("https://a.example", "bank2")).toEqual([]);
  });

  it("is stopped where it was left under way", () => {
    const remembered = createRemembered();
    remembered.put(...HERE, drawn(sent.reduce(reduceAsk, initialAsk)));
    const [question] = remembered.at(...HERE);
    expect(question).toMatchObject({ release, sends: 1, phase: { step: "stopped" } });
    expect(isUnanswered(question!)).toBe(true);
  });
});
