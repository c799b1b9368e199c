import { describe, expect, it } from "vitest";
import { replyOptions, sends, type FieldKey } from "./sending.ts";

const enter: FieldKey = {
  key: "Enter",
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  isComposing: false,
  keyCode: 13,
};

describe("a key in the field", () => {
  it("sends with Ctrl or Cmd, whatever was chosen", () => {
    for (const sendWith of ["enter", "ctrl-enter"] as const) {
      expect(sends({ ...enter, ctrlKey: true }, sendWith)).toBe(true);
      expect(sends({ ...enter, metaKey: true }, sendWith)).toBe(true);
    }
  });

  it("sends alone where that was chosen, and not elsewhere", () => {
    expect(sends(enter, "enter")).toBe(true);
    expect(sends(enter, "ctrl-enter")).toBe(false);
  });

  it.each([
    ["with Shift, a new line or the preview", { shiftKey: true }],
    ["with Shift and Ctrl", { shiftKey: true, ctrlKey: true }],
    ["that an input method takes", { isComposing: true }],
    ["that an input method takes without saying so", { keyCode: 229 }],
    ["that is another", { key: "a", ctrlKey: true }],
  ])("does not send %s", (_, more) => {
    expect(sends({ ...enter, ...more }, "enter")).toBe(false);
  });
});

describe("what is asked of the server", () => {
  it("is nothing that was not set", () => {
    expect(replyOptions({ maxTokens: null, temperature: 0, topP: null })).toEqual({ temperature: 0 });
    expect(Object.keys(replyOptions({ maxTokens: null, temperature: null, topP: null }))).toEqual([]);
  });
});
