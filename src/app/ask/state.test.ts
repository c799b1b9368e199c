import { describe, expect, it } from "vitest";
import { fakeClassifier } from "../testing/fake-classifier.ts";
import {
  askedBefore,
  drawnOf,
  initialAsk,
  isBusy,
  isUnanswered,
  isUnchanged,
  reduceAsk,
  type AskAction,
  type AskState,
} from "./state.ts";

const classifier = fakeClassifier();
const text = "Where is my card?";
const release = await classifier.release(text, "strict");
const answer = await classifier.send(release);
const failure = { code: "server_busy", message: "Busy." };
const refused = { code: "budget_exceeded", message: "Beyond." };

const after = (...actions: readonly AskAction[]) => actions.reduce<AskState>(reduceAsk, initialAsk);
const loaded: AskAction = { type: "loaded", client: classifier };
const strict: AskAction = { type: "preset-chosen", preset: "strict" };
const asked: readonly AskAction[] = [
  loaded,
  strict,
  { type: "drafted", text },
  { type: "asked", id: 1, text, preset: "strict" },
];
const sent: readonly AskAction[] = [...asked, { type: "released", id: 1, release }];
const answered: readonly AskAction[] = [...sent, { type: "answered", id: 1, answer }];
const other = "How old must I be?";
const another: readonly AskAction[] = [
  { type: "drafted", text: other },
  { type: "asked", id: 2, text: other, preset: "strict" },
  { type: "released", id: 2, release: await classifier.release(other, "strict") },
  { type: "answered", id: 2, answer },
];

describe("loading", () => {
  it("keeps a preset that the bundle has, else takes balanced", () => {
    expect(after(strict, loaded).preset).toBe("strict");
    expect(after({ type: "preset-chosen", preset: "loud" }, loaded).preset).toBe("balanced");
  });

  it("keeps what was written and asked through a failure", () => {
    const failed = after(...answered, { type: "load-failed", failure });
    expect(failed).toMatchObject({ draft: text, question: { id: 1, answer }, engine: { status: "failed" } });
  });
});

describe("a question", () => {
  it("is drawn, sent and answered, one after the other", () => {
    expect(after(...asked).question).toMatchObject({ release: null, sends: 0, phase: { step: "releasing" } });
    expect(after(...sent).question).toMatchObject({ release, sends: 1, phase: { step: "sending" } });
    expect(after(...answered).question).toMatchObject({ answer, phase: { step: "answered" } });
    expect(isBusy(after(...sent).question)).toBe(true);
    expect(isBusy(after(...answered).question)).toBe(false);
  });

  it("keeps its release when it failed or was stopped: the same goes again", () => {
    for (const end of [
      { type: "failed", id: 1, failure },
      { type: "stopped", id: 1 },
    ] as const) {
      const ended = after(...sent, end);
      expect(isUnanswered(ended.question!)).toBe(true);
      expect(askedBefore(ended)?.release).toBe(release);
      const again = reduceAsk(ended, { type: "resent", id: 1 });
      expect(again.question).toMatchObject({ id: 1, release, sends: 2, phase: { step: "sending" } });
    }
  });

  it("that the ledger refused was not sent: nothing of its draw is kept", () => {
    const state = after(...sent, { type: "failed", id: 1, failure: refused });
    expect(state.question).toMatchObject({ release: null, sends: 0, phase: { step: "failed" } });
    expect(askedBefore(state)).toBeNull();
    expect(drawnOf(state, text, () => 6).releases).toBe(0);
  });

  it("that was sent before is still what went, where the ledger refuses its resend", () => {
    const state = after(...answered, { type: "resent", id: 1 }, { type: "failed", id: 1, failure: refused });
    expect(state.question).toMatchObject({ release, answer });
  });

  it("keeps its answer while the same levels go again", () => {
    const again = after(...answered, { type: "resent", id: 1 });
    expect(again.question).toMatchObject({ answer, phase: { step: "sending" } });
    expect(isUnanswered(reduceAsk(again, { type: "stopped", id: 1 }).question!)).toBe(false);
  });

  it("is not changed by what comes after it was replaced or had ended", () => {
    const state = after(...answered, ...another);
    expect(reduceAsk(state, { type: "answered", id: 1, answer })).toBe(state);
    const stopped = after(...sent, { type: "stopped", id: 1 });
    expect(reduceAsk(stopped, { type: "answered", id: 1, answer })).toBe(stopped);
  });
});

describe("the same words", () => {
  it("are unchanged at the same preset only", () => {
    const state = after(...answered);
    expect(isUnchanged(state)).toBe(true);
    expect(isUnchanged(reduceAsk(state, { type: "preset-chosen", preset: "light" }))).toBe(false);
    expect(askedBefore(state, "light")).toBeNull();
    expect(isUnchanged(reduceAsk(state, { type: "drafted", text: other }))).toBe(false);
  });

  it("go as the levels they had, also after another question", () => {
    const state = after(...answered, ...another, { type: "drafted", text });
    expect(askedBefore(state)).toMatchObject({ id: 1, release });
    const again = reduceAsk(state, { type: "resent", id: 1 });
    expect(again.question).toMatchObject({ id: 1, sends: 2 });
    expect(again.earlier.map(({ id }) => id)).toEqual([2]);
  });

  it("go as the levels they had also after a hundred other questions", () => {
    const others = Array.from({ length: 100 }, (_, i): AskAction[] => [
      { type: "asked", id: 10 + i, text: `Question ${i}`, preset: "strict" },
      { type: "released", id: 10 + i, release },
      { type: "answered", id: 10 + i, answer },
    ]);
    const state = after(...answered, ...others.flat());
    expect(askedBefore(state)).toMatchObject({ id: 1, release });
  });

  it("are the same with space around them", () => {
    const state = after(...answered, { type: "drafted", text: ` ${text}\n` });
    expect(isUnchanged(state)).toBe(true);
    expect(askedBefore(state)).toMatchObject({ id: 1 });
  });

  it("are new to another version of the bundle", () => {
    const renewed: AskAction = { type: "loaded", client: { ...classifier, digest: "cd".repeat(32) } };
    const state = after(...answered, ...another, renewed, { type: "drafted", text });
    expect(state).toMatchObject({ question: null, earlier: [] });
    expect(after(...answered, loaded).question).toMatchObject({ id: 1 });
  });

  it("keep their answer where nothing was sent of a draw anew, and why", () => {
    const anew: AskAction = { type: "asked", id: 3, text, preset: "strict" };
    const released: AskAction = { type: "released", id: 3, release };
    for (const none of [[anew], [anew, released]]) {
      const state = after(...answered, ...none, { type: "failed", id: 3, failure: refused });
      expect(state.question).toMatchObject({ id: 1, answer, phase: { step: "answered" }, notAnew: refused });
      expect(state.earlier).toEqual([]);
      expect(drawnOf(state, text, () => 6).releases).toBe(1);
      expect(reduceAsk(state, { type: "resent", id: 1 }).question?.notAnew).toBeNull();
    }
    // What left and was not answered is what is shown.
    const busy = after(...answered, anew, released, { type: "failed", id: 3, failure });
    expect(busy.question).toMatchObject({ id: 3, phase: { step: "failed" } });
  });

  it("that are drawn anew on purpose count together", () => {
    const anew: readonly AskAction[] = [
      { type: "asked", id: 3, text, preset: "balanced" },
      { type: "released", id: 3, release },
    ];
    const state = after(...answered, ...anew);
    expect(drawnOf(state, text, (preset) => (preset === "strict" ? 6 : 12))).toEqual({ releases: 2, bits: 18 });
    expect(drawnOf(state, other, () => 1)).toEqual({ releases: 0, bits: 0 });
  });

  it("are not sent twice at once", () => {
    const state = after(...answered, ...another.slice(0, 3));
    expect(reduceAsk(state, { type: "resent", id: 1 })).toBe(state);
  });
});
