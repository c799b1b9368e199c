import { describe, expect, it } from "vitest";
import { advice, blockedBecause, room } from "./sending.ts";
import { initialState, reduce, type State } from "./state.ts";
import { fakeClient } from "./testing/fake-client.ts";

const client = fakeClient();
const { bundle } = client;
const counts = (total: number, again = 0, open = 0) => ({ total, again, open, fresh: total - again - open });
const ready: State = reduce(initialState, { type: "loaded", client });
const written: State = { ...ready, draft: "A fox and" };
const failed: State = { ...written, engine: { status: "failed", failure: { code: "x", message: "" } } };

describe("sending", () => {
  it("is open for a text of a length the bundle was made for", () => {
    expect(blockedBecause(written, 3, true)).toBeNull();
  });

  it("does not wait for the tokens to be counted", () => {
    expect(blockedBecause(written, null, true)).toBeNull();
  });

  it.each<[string, State, number | null, boolean, RegExp]>([
    ["loading", { ...initialState, draft: "A fox" }, null, true, /when this device is ready/],
    ["failed", failed, null, true, /not ready/],
    ["offline", written, 3, false, /offline/],
    ["blank", { ...ready, draft: " \n" }, 0, true, /Write something/],
    ["one too long", written, room(bundle) + 1, true, /Too long by 1 token:/],
  ])("says why it is closed: %s", (_, state, tokens, online, why) => {
    expect(blockedBecause(state, tokens, online)).toMatch(why);
  });
});

describe("before sending", () => {
  it("a text longer than the presets were trained for can be sent, and the person is told", () => {
    const tokens = bundle.promptTokens + 1;
    expect(blockedBecause(written, tokens, true)).toBeNull();
    expect(advice(written, counts(tokens))).toMatch(/Longer than/);
    expect(advice(written, counts(tokens - 1))).toBeNull();
  });

  it("says how much of an edited message is new, and what its edit shows", () => {
    expect(advice(written, counts(40, 28))).toBe(
      "12 of 40 tokens are new. The rest goes again as it was, at no cost; the server sees which stretch was edited.",
    );
    expect(advice(written, counts(42, 28, 2))).toMatch(/^12 of 40 private tokens are new\./);
    expect(advice(written, counts(29, 28))).toMatch(/^1 of 29 tokens is new\./);
    expect(advice(written, counts(28, 28))).toMatch(/^None of 28 tokens are new\./);
  });
});
