import { describe, expect, it } from "vitest";
import { chatMemory } from "./memory.ts";
import type { SettledMessage } from "./messages.ts";

const say = (role: SettledMessage["role"], text: string): SettledMessage => ({
  role,
  parts: [{ kind: "public", text }],
});
const how = (frame: string) => ({ frames: [frame], draws: [] });

describe("what was sent", () => {
  it("is known from the first message on, up to the first that differs", () => {
    const memory = chatMemory();
    const [a, b, c] = [say("user", "a"), say("assistant", "b"), say("user", "c")];
    memory.keep([a, b, c], [how("1"), how("2"), how("3")]);
    expect(memory.sent([a, b, say("user", "d")])).toEqual([how("1"), how("2")]);
    expect(memory.sent([b, c])).toEqual([]);
    expect(memory.sent([{ ...a, role: "system" }, b])).toEqual([]);
  });

  it("is forgotten from the longest unused on, and a chat from its end", () => {
    const memory = chatMemory(3);
    const [a, b] = [say("user", "a"), say("assistant", "b")];
    memory.keep([a, b], [how("1"), how("2")]);
    memory.keep([say("user", "x")], [how("3")]);
    memory.keep([say("user", "y")], [how("4")]);
    expect(memory.sent([a, b])).toEqual([how("1")]);
  });
});

describe("what the server said", () => {
  it("is known below the messages it answered, in part or whole, and nowhere else", () => {
    const memory = chatMemory();
    const hear = memory.hear([say("user", "a")]);
    for (const piece of [" Once", " upon"]) hear(piece);
    expect(memory.said([say("user", "a")], "Once up")).toBe(true);
    expect(memory.said([say("user", "a")], "Once a")).toBe(false);
    expect(memory.said([say("user", "b")], "Once")).toBe(false);
  });
});
