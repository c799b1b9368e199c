import { beforeAll, describe, expect, it } from "vitest";
import { readConversation } from "../core/conversations/conversation.ts";
import type { EngineSegment } from "../engine/types.ts";
import type { Engine } from "../engine/engine.ts";
import { createLocalEngine } from "../engine/local-engine.ts";
import { restoredRelease, storedRelease } from "../engine/stored-release.ts";
import { memoryConversations } from "../storage/conversations-memory.ts";
import { openFolder } from "./index.node.ts";

let engine: Engine;
beforeAll(async () => {
  engine = createLocalEngine(await openFolder("bundles/demo-stories"));
});

const prompt: EngineSegment[] = [
  { kind: "public", text: "Tell a story: " },
  { kind: "private", text: "Zoë Ødegård 🦊", preset: "strict" },
  { kind: "private", text: " lost her ring", preset: "light" },
];

describe("a release that was kept in a conversation", () => {
  it("is the same release, byte by byte, when it is read again", async () => {
    const release = await engine.release(prompt, await engine.release(prompt.slice(0, 2)));
    const { manifest, digest } = engine;
    const kept = memoryConversations();
    const id = crypto.randomUUID();
    const turn = {
      id: crypto.randomUUID(),
      at: 1,
      preset: "light",
      segments: prompt,
      release: storedRelease(release),
      sends: 1,
      reply: null,
    };
    const conversation = {
      version: 1 as const,
      id,
      title: "A ring",
      created: 1,
      updated: 1,
      server: "https://one.example",
      bundle: { id: manifest.id, digest },
      preset: "light",
      turns: [turn],
    };
    await kept.put(conversation, null);
    const stored = (await kept.get(id))?.conversation.turns[0]?.release;
    if (stored == null) throw new Error("not kept");
    expect(restoredRelease(stored, manifest.model.hidden)).toEqual(release);
    expect(readConversation(JSON.parse(JSON.stringify(conversation)))).toEqual(conversation);
  });

  it("is what the next message goes on from: no level of it is drawn again", async () => {
    const release = await engine.release(prompt);
    const restored = restoredRelease(storedRelease(release), engine.manifest.model.hidden);
    const next = await engine.release([...prompt, { kind: "private", text: " at night", preset: "light" }], restored);
    expect(next.draws.slice(0, -1)).toEqual(release.draws);
    expect(next.draws.at(-1)?.charges).toEqual([
      { preset: "light", tokens: next.tokens.length - release.tokens.length },
    ]);
    expect((await engine.release(prompt, restored)).frame).toEqual(release.frame);
  });
});
