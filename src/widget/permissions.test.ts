import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MOST_DECLINED, noPermissions, permit, startPreset, type Answer } from "./permissions.ts";

const offered = (prompt: string): Answer => ({ type: "offered", prompt });
const after = (...answers: readonly Answer[]) => answers.reduce(permit, noPermissions);

describe("a prompt that is offered", () => {
  it("waits for the person, and does not change meanwhile", () => {
    expect(after(offered("a"), offered("b")).offer).toEqual({ id: 1, prompt: "a" });
  });

  it("is answered once, by the answer that is meant for it", () => {
    const second = after(offered("a"), { type: "accepted", offer: 1 }, offered("b"));
    expect(second.offer).toEqual({ id: 2, prompt: "b" });
    expect(permit(second, { type: "accepted", offer: 1 })).toBe(second);
    expect(permit(second, { type: "declined", offer: 1 })).toBe(second);
    expect(permit(second, { type: "declined", offer: 2 }).offer).toBeNull();
  });

  it("is not shown any more once several were declined", () => {
    const declined = Array.from({ length: MOST_DECLINED }, (_, i): Answer[] => [
      offered(`offer ${i}`),
      { type: "declined", offer: i + 1 },
    ]).flat();
    expect(after(...declined, offered("once more")).offer).toBeNull();
  });

  it("never becomes something that was not asked about, whatever the page offers", () => {
    const prompts = fc.array(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(prompts, (all) => {
        expect(after(...all.map(offered)).offer?.prompt).toBe(all[0]);
      }),
    );
  });
});

describe("a reply", () => {
  it("is shared for itself alone: an offer or another reply says nothing of it", () => {
    expect(after(offered("a"), { type: "accepted", offer: 1 }).shared).toBeNull();
    expect(after({ type: "shared", reply: "1.1" }, offered("a")).shared).toBe("1.1");
  });
});

describe("the preset to begin with", () => {
  const presets = [
    { name: "strict", mu: 1 },
    { name: "balanced", mu: 2 },
    { name: "light", mu: 3 },
  ];

  it("is a stricter one where the page asks for that", () => {
    expect(startPreset(presets, "balanced", "strict")).toBe("strict");
  });

  it.each(["light", "balanced", "off", "", "__proto__", "Strict", null])("is the usual one for %j", (asked) => {
    expect(startPreset(presets, "balanced", asked)).toBe("balanced");
  });

  it("is never one that tells more than the usual one", () => {
    const named = fc.array(fc.record({ name: fc.string(), mu: fc.double({ min: 0, max: 50, noNaN: true }) }), {
      minLength: 1,
    });
    fc.assert(
      fc.property(named, fc.nat(), fc.nat(), (all, i, j) => {
        const unique = all.filter(({ name }, at) => all.findIndex((other) => other.name === name) === at);
        const usual = unique[i % unique.length]!;
        const chosen = startPreset(unique, usual.name, unique[j % unique.length]!.name);
        expect(unique.find(({ name }) => name === chosen)!.mu).toBeLessThanOrEqual(usual.mu);
      }),
    );
  });
});
