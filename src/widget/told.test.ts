import { describe, expect, it } from "vitest";
import { initialState, reduce, type Action, type State } from "../app/state.ts";
import { fakeClient } from "../app/testing/fake-client.ts";
import { createLink } from "./link.ts";
import { readStart } from "./start.ts";
import { lacking, leftWith, shareable, toldCode } from "./told.ts";

const client = fakeClient();
const text = "Orla Venn wrote her secret number, 555 0142, on";
const release = await client.release(text, "strict");
const sent: readonly Action[] = [
  { type: "loaded", client },
  { type: "drafted", text },
  { type: "send-pressed", turn: 1, message: { text, marks: [], preset: "strict" } },
  { type: "released", turn: 1, release, bits: 12 },
];
const received: Action = { type: "received", turn: 1, text: " a leaf." };
const ended: Action = { type: "ended", turn: 1, reason: "stop" };
const turnAfter = (...actions: readonly Action[]) => actions.reduce<State>(reduce, initialState).turn;

describe("what the page around the frame is told", () => {
  it("is nothing before something came back: the ledger may refuse, and the network may fail", () => {
    const failure = { code: "budget_exceeded", message: "Nothing was sent." };
    expect(leftWith(turnAfter(...sent))).toBeNull();
    expect(leftWith(turnAfter(...sent, { type: "failed", turn: 1, failure }))).toBeNull();
    expect(leftWith(turnAfter(...sent, { type: "ended", turn: 1, reason: "stopped" }))).toBeNull();
  });

  it("is the number of tokens and what was drawn, and nothing of the text", () => {
    const left = leftWith(turnAfter(...sent, received));
    expect(left).toEqual({
      key: "1.1",
      tokens: release.tokens.length,
      charges: [{ preset: "strict", tokens: release.tokens.length }],
    });
    expect(JSON.stringify(left)).not.toContain("Orla");
  });

  it("is the same for the rest of the reply, and no cost where the same levels go again", () => {
    expect(leftWith(turnAfter(...sent, received, ended))?.key).toBe("1.1");
    const again = leftWith(turnAfter(...sent, received, ended, { type: "resent", turn: 1 }, received));
    expect(again).toMatchObject({ key: "1.2", charges: [] });
  });

  it("can be a reply once it has ended, each by itself", () => {
    expect(shareable(turnAfter(...sent, received))).toBeNull();
    expect(shareable(turnAfter(...sent, received, ended))).toEqual({ key: "1.1", text: "a leaf." });
    const again = turnAfter(...sent, received, ended, { type: "resent", turn: 1 }, received, ended);
    expect(shareable(again)?.key).toBe("1.2");
  });

  it("is of a failure its code, and nothing of budgets", () => {
    expect(toldCode({ code: "server_unreachable", message: text })).toBe("server_unreachable");
    expect(toldCode({ code: "budget_exceeded", message: "" })).toBe("not_sent");
    expect(toldCode({ code: "ledger_full", message: "" })).toBe("not_sent");
    expect(toldCode({ code: text, message: "" })).toBe("internal_error");
  });
});

describe("what the person is told of the frame", () => {
  it("names threads where there are none", () => {
    expect(lacking(false, true, "More there.").join(" ")).toContain("One thread only");
    expect(lacking(true, true, "More there.").join(" ")).not.toContain("One thread only");
  });
});

describe("the link", () => {
  const host = (origin: string) => ({ origin, tell: () => undefined });

  it("forgets what was offered and answered when another page holds the frame", () => {
    const link = createLink({ theme: "system", locale: null });
    link.onHost(host("https://a.example"));
    link.onMessage({ sotto: 1, type: "offer", prompt: "x" });
    link.answer({ type: "shared", reply: "1.1" });
    link.onHost(host("https://a.example"));
    expect(link.current().permissions).toMatchObject({ offer: { prompt: "x" }, shared: "1.1" });
    link.onHost(host("https://b.example"));
    expect(link.current().permissions).toMatchObject({ offer: null, shared: null });
  });
});

describe("the start", () => {
  it("is read off the address", () => {
    expect(readStart("?bundle=my-model&preset=strict&theme=dark&locale=de-CH")).toEqual({
      bundle: "my-model",
      preset: "strict",
      theme: "dark",
      locale: "de-CH",
    });
  });

  it.each(["", "?bundle=../x&theme=%3Cb%3E&locale=%22&preset=", `?bundle=${"a".repeat(99)}`, "?__proto__=1"])(
    "is the usual one for %j",
    (search) => {
      expect(readStart(search)).toEqual({ bundle: "demo-stories", preset: null, theme: "system", locale: null });
    },
  );
});
