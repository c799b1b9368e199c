import { describe, expect, it } from "vitest";
import {
  initialState,
  isBusy,
  isUnchanged,
  reduce,
  replyOf,
  type Action,
  type Message,
  type State,
  type Turn,
} from "./state.ts";
import { PUBLIC } from "./marks.ts";
import { fakeClient } from "./testing/fake-client.ts";

const client = fakeClient();
const release = await client.release("A fox and", "balanced");
const fox: Message = { text: "A fox and", marks: [], preset: "balanced" };
const hen: Message = { text: "A hen", marks: [], preset: "strict" };
const failure = { code: "stream_interrupted", message: "The connection ended before the reply did." };

function after(...actions: readonly Action[]): State {
  return actions.reduce(reduce, initialState);
}

const written: readonly Action[] = [
  { type: "loaded", client },
  { type: "drafted", text: "A fox and" },
  { type: "send-pressed", turn: 1, message: fox },
];
const sent: readonly Action[] = [...written, { type: "released", turn: 1, release, bits: 11 }];
const answered: readonly Action[] = [...sent, { type: "received", turn: 1, text: " a hen" }];

describe("loading", () => {
  it("keeps the progress of bundle and runtime apart", () => {
    const state = after(
      { type: "load-progressed", progress: { part: "bundle", loaded: 5, total: 10, cached: false } },
      { type: "load-progressed", progress: { part: "runtime", loaded: 1, total: 20, cached: true } },
    );
    expect(state.engine).toMatchObject({ status: "loading", bundle: { loaded: 5 }, runtime: { loaded: 1 } });
  });

  it("can start again after it failed, with nothing left of the failure", () => {
    const failed = after({ type: "load-failed", failure });
    expect(reduce(failed, { type: "load-started" }).engine).toEqual(initialState.engine);
  });

  it("ignores progress that arrives after it ended", () => {
    const failed = after({ type: "load-failed", failure });
    const late: Action = { type: "load-progressed", progress: { part: "bundle", loaded: 5, total: 10, cached: false } };
    expect(reduce(failed, late)).toBe(failed);
  });

  it("begins with the preset called balanced, and keeps the person's choice when loaded again", () => {
    expect(after({ type: "loaded", client }).preset).toBe("balanced");
    const chosen = after(
      { type: "loaded", client },
      { type: "preset-chosen", preset: "strict" },
      { type: "loaded", client },
    );
    expect(chosen.preset).toBe("strict");
  });
});

describe("a message", () => {
  it("is charged once, when its release is drawn", () => {
    expect(after(...sent).spent).toEqual({ releases: 1, resends: 0, bits: 11 });
  });

  it("gathers the reply as it arrives", () => {
    const state = after(...answered, { type: "received", turn: 1, text: " met" });
    expect(replyOf(state.turn!)).toBe(" a hen met");
    expect(isBusy(state.turn)).toBe(true);
  });

  it("keeps what arrived when its stream fails", () => {
    const state = after(...answered, { type: "failed", turn: 1, failure });
    expect(state.turn?.phase).toEqual({ step: "failed", release, reply: " a hen", failure });
  });

  it("keeps nothing of a draw that the ledger refused: its levels have not left", () => {
    const drawn = after(...written, { type: "released", turn: 1, release, bits: 9 });
    const refused = reduce(drawn, {
      type: "failed",
      turn: 1,
      failure: { code: "budget_exceeded", message: "Nothing was sent." },
    });
    expect(refused.turn?.phase).toMatchObject({ step: "failed", release: null });
    expect(refused.drawn).toEqual({ releases: 0, bits: 0 });
    expect(refused.spent).toMatchObject({ releases: 0, bits: 0 });
    // Sent before, and refused only when it went again: that one has left.
    const resent = reduce(after(...answered, { type: "ended", turn: 1, reason: "stop" }), { type: "resent", turn: 1 });
    const failed = reduce(resent, { type: "failed", turn: 1, failure: { code: "ledger_full", message: "Full." } });
    expect(failed.turn?.phase).toMatchObject({ step: "failed", release });
  });

  it("has no release when drawing one failed", () => {
    const state = after(...written, { type: "failed", turn: 1, failure });
    expect(state.turn?.phase).toMatchObject({ step: "failed", release: null, reply: "" });
    expect(state.spent.releases).toBe(0);
  });

  it("sends the very same release again, at no new cost", () => {
    const state = after(...answered, { type: "failed", turn: 1, failure }, { type: "resent", turn: 1 });
    expect(state.turn?.phase).toEqual({ step: "sending", release });
    expect(state.turn?.sends).toBe(2);
    expect(state.spent).toEqual({ releases: 1, resends: 1, bits: 11 });
  });

  it("is not sent again while it is still arriving", () => {
    const busy = after(...answered);
    expect(reduce(busy, { type: "resent", turn: 1 })).toEqual(busy);
  });

  it("is charged again when the text is sent again as a new release", () => {
    const state = after(
      ...answered,
      { type: "ended", turn: 1, reason: "stop" },
      { type: "send-pressed", turn: 2, message: fox },
      { type: "released", turn: 2, release, bits: 11 },
    );
    expect(state.spent).toEqual({ releases: 2, resends: 0, bits: 22 });
    expect(state.earlier.map((turn) => turn.id)).toEqual([1]);
  });

  it("is forgotten when it was replaced before anything was sent", () => {
    const state = after(
      ...written,
      { type: "failed", turn: 1, failure },
      { type: "send-pressed", turn: 2, message: hen },
    );
    expect(state.earlier).toEqual([]);
  });

  it("is not changed by what still arrives for the one before it", () => {
    const state = after(...answered, { type: "send-pressed", turn: 2, message: hen });
    expect(reduce(state, { type: "received", turn: 1, text: " late" })).toBe(state);
    expect(reduce(state, { type: "failed", turn: 1, failure })).toBe(state);
  });

  it("stays ended when more arrives", () => {
    const ended = after(...answered, { type: "ended", turn: 1, reason: "stopped" });
    expect(reduce(ended, { type: "received", turn: 1, text: " more" })).toEqual(ended);
    expect(reduce(ended, { type: "failed", turn: 1, failure })).toEqual(ended);
  });
});

describe("the draft", () => {
  it("is unchanged until its text or its preset is", () => {
    const state = after(...sent);
    expect(isUnchanged(state)).toBe(true);
    expect(isUnchanged(reduce(state, { type: "drafted", text: "A fox" }))).toBe(false);
    expect(isUnchanged(reduce(state, { type: "preset-chosen", preset: "light" }))).toBe(false);
  });
});

describe("what the draft goes on from", () => {
  const ended: readonly Action[] = [...answered, { type: "ended", turn: 1, reason: "stop" }];

  it("is the last release, through every edit of the field", () => {
    const edited = after(...ended, { type: "drafted", text: "A fox or" }, { type: "drafted", text: "A cat or" });
    expect(edited.basis).toBe(release);
  });

  it.each<[string, Action]>([
    ["the field was empty", { type: "drafted", text: "" }],
    ["an opening was chosen", { type: "begun", text: "The old king" }],
  ])("is nothing once %s", (_, action) => {
    const anew = after(...ended, action, { type: "drafted", text: "A fox and more" });
    expect(anew.basis).toBeNull();
    expect(anew.marks).toEqual([]);
  });

  it("is not a release that was drawn for a text which is no longer in the field", () => {
    const state = after(
      ...written,
      { type: "drafted", text: "" },
      { type: "drafted", text: "A hen" },
      { type: "released", turn: 1, release, bits: 11 },
    );
    expect(state.basis).toBeNull();
  });

  it("is the release again when the same text was written once more and sent", () => {
    const state = after(
      ...ended,
      { type: "drafted", text: "" },
      { type: "drafted", text: fox.text },
      { type: "resent", turn: 1 },
    );
    expect(state.basis).toBe(release);
  });

  it("counts a message of which nothing was new as a resend", () => {
    const state = after(
      ...ended,
      { type: "send-pressed", turn: 2, message: fox },
      { type: "released", turn: 2, release, bits: 0 },
    );
    expect(state.spent).toEqual({ releases: 1, resends: 1, bits: 11 });
  });

  it("takes the reply in as a public passage, once, after the text", () => {
    const on = after(...ended, { type: "went-on" });
    expect(on.draft).toBe("A fox and a hen");
    expect(on.marks).toEqual([{ start: 9, end: 15, treatment: PUBLIC }]);
    expect(on.basis).toBe(release);
    expect(reduce(on, { type: "went-on" })).toBe(on);
  });

  it("does not put a second space where the text ends with one", () => {
    const message = { ...fox, text: "A fox and " };
    const on = after(
      { type: "loaded", client },
      { type: "drafted", text: message.text },
      { type: "send-pressed", turn: 1, message },
      { type: "released", turn: 1, release, bits: 11 },
      { type: "received", turn: 1, text: " a hen" },
      { type: "ended", turn: 1, reason: "stop" },
      { type: "went-on" },
    );
    expect(on.draft).toBe("A fox and a hen");
  });
});

describe("a reply that is asked for again", () => {
  const ended: readonly Action[] = [
    ...answered,
    { type: "ended", turn: 1, reason: "stop" },
    { type: "resent", turn: 1 },
  ];

  it("keeps the one before until it has ended", () => {
    expect(after(...ended).turn?.kept).toBe(" a hen");
    const failed: readonly Action[] = [
      ...ended,
      { type: "received", turn: 1, text: " a" },
      { type: "failed", turn: 1, failure },
    ];
    expect(after(...failed).turn?.kept).toBe(" a hen");
    expect(after(...failed, { type: "resent", turn: 1 }).turn?.kept).toBe(" a hen");
    expect(after(...ended, { type: "ended", turn: 1, reason: "stop" }).turn?.kept).toBe("");
  });
});

describe("marked words", () => {
  it("make the draft another message, unless they are treated as the rest", () => {
    const mark = (treatment: string | null): Action => ({ type: "marked", start: 2, end: 5, treatment });
    expect(isUnchanged(after(...sent, mark("strict")))).toBe(false);
    expect(isUnchanged(after(...sent, mark(PUBLIC)))).toBe(false);
    expect(isUnchanged(after(...sent, mark("strict"), mark(null)))).toBe(true);
  });
});

describe("another conversation", () => {
  const first = after(...answered, { type: "ended", turn: 1, reason: "stop" }).turn!;
  const second: Turn = { ...first, id: 2, text: "A hen" };
  const opened = after(...written, { type: "opened", turns: [first, second], preset: "strict" });

  it("shows its last message as the one that was sent, and the ones before it as earlier", () => {
    expect(opened).toMatchObject({ draft: "A hen", editOf: 2, basis: release, preset: "strict" });
    expect(opened.turn).toBe(second);
    expect(opened.earlier).toEqual([first]);
  });

  it("of another version of the bundle can be read, and none of its levels is used again", () => {
    const old = { ...release, bundle: "0".repeat(64) };
    const turn: Turn = { ...second, phase: { step: "ended", release: old, reply: "x", reason: "stop" } };
    const state = after(...written, { type: "opened", turns: [first, turn], preset: null });
    expect(state).toMatchObject({ draft: "", turn: null, basis: null });
    expect(state.earlier).toEqual([turn, first]);
    expect(reduce(state, { type: "rewritten", turn })).toMatchObject({ draft: "A hen", editOf: 2, basis: null });
  });

  it("that is new has nothing of the one before", () => {
    const state = reduce(opened, { type: "opened", turns: [], preset: null });
    expect(state).toMatchObject({ draft: "", marks: [], turn: null, earlier: [], basis: null, preset: "strict" });
  });

  it("can have an earlier message written again, as an edit that reuses its levels", () => {
    const state = reduce(opened, { type: "rewritten", turn: first });
    expect(state).toMatchObject({ draft: "A fox and", editOf: 1, basis: release });
    expect(state.turn).toBe(second);
  });
});
