import { describe, expect, it } from "vitest";
import { initialState, reduce, type Action, type State } from "../app/state.ts";
import { fakeClient } from "../app/testing/fake-client.ts";
import { createLink } from "./link.ts";
import { readStart } from "./start.ts";
import { createTelling, lacking, leftWith, shareable, toldCode } from "./told.ts";

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
    expect(leftWith(turnAfter(...sent), [])).toBeNull();
    expect(leftWith(turnAfter(...sent, { type: "failed", turn: 1, failure }), [])).toBeNull();
    expect(leftWith(turnAfter(...sent, { type: "ended", turn: 1, reason: "stopped" }), [])).toBeNull();
  });

  it("is the number of tokens and what was drawn, and nothing of the text", () => {
    const left = leftWith(turnAfter(...sent, received), []);
    expect(left).toEqual({
      key: "1.1",
      tokens: release.tokens.length,
      draws: [{ id: "1", charges: [{ preset: "strict", tokens: release.tokens.length }] }],
    });
    expect(JSON.stringify(left)).not.toContain("Orla");
  });

  it("is the same for the rest of the reply, and the same draw where the same levels go again", () => {
    const first = leftWith(turnAfter(...sent, received, ended), []);
    expect(first?.key).toBe("1.1");
    const again = leftWith(turnAfter(...sent, received, ended, { type: "resent", turn: 1 }, received), []);
    expect(again).toEqual({ ...first, key: "1.2" });
  });

  it("is also the draws before it of which levels go along", () => {
    const before = turnAfter(...sent)!;
    const tokens = release.tokens.map((token, i) => ({ ...token, reused: i > 0 }));
    const edited: Action = { type: "released", turn: 1, release: { ...release, tokens }, bits: 1 };
    const turn = { ...turnAfter(...sent.slice(0, 3), edited, received)!, id: 2 };
    expect(leftWith(turn, [before])?.draws).toEqual([
      { id: "2", charges: [{ preset: "strict", tokens: 1 }] },
      { id: "1", charges: [{ preset: "strict", tokens: release.tokens.length }] },
    ]);
    expect(leftWith({ ...turn, id: 3 }, [])?.draws).toHaveLength(1);
  });

  it("is the bits of each draw once, with the first message that is known to have left", () => {
    const heard: unknown[] = [];
    const at = (origin: string) => ({ origin, tell: (message: unknown) => void heard.push(message) });
    const [host, other] = [at("https://host.example"), at("https://other.example")];
    const tell = createTelling();
    const draws = [{ id: "a", bits: 6 }];
    // The first sending was never answered: what is told first is the second.
    tell(host, { key: "1.2", tokens: 1, draws });
    tell(host, { key: "1.2", tokens: 1, draws });
    tell(host, { key: "1.3", tokens: 1, draws });
    tell(host, { key: "2.1", tokens: 1, draws: [{ id: "b", bits: 5 }, ...draws] });
    // Nobody heard of this one.
    tell(null, { key: "3.1", tokens: 1, draws: [{ id: "c", bits: 4 }] });
    tell(host, { key: "3.2", tokens: 1, draws: [{ id: "c", bits: 4 }] });
    tell(other, { key: "1.4", tokens: 1, draws });
    expect(heard).toEqual([6, 0, 5, 4, 6].map((bits) => ({ type: "sent", tokens: 1, bits })));
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
