import { describe, expect, it } from "vitest";
import { missingOf, readingsByEvidence } from "./collect.ts";
import { commandsOf } from "./halves.ts";
import { measured } from "./points.fixture.ts";

const points = [
  measured({ method: "del", level: "8", seed: 1 }),
  measured({ method: "del", level: "12", seed: 2 }),
].map(({ point }) => point);

describe("what is missing", () => {
  it("is every level and seed that a half said and did not measure", () => {
    const description = { end: 0, methods: { del: ["8", "12"], tail: ["8"] } };
    expect(missingOf({ name: "stories", points, description }, [1, 2])).toEqual([
      "del 8 2",
      "del 12 1",
      "tail 8 1",
      "tail 8 2",
    ]);
  });

  it("is, where a half said nothing, what some seed has and another has not, and methods without a point", () => {
    const found = missingOf({ name: "stories", points, description: { end: 0 } }, [1]);
    expect(found).toContain("del 12 1");
    expect(found).toContain("tail any 1");
    expect(found).toContain("mixed any 1");
    expect(found.some((each) => each.startsWith("gist"))).toBe(false);
    const tasks = missingOf({ name: "banking77", points, description: { end: 0 } }, [1]);
    expect(tasks).toContain("gist any 1");
    expect(tasks.some((each) => each.startsWith("mixed"))).toBe(false);
  });
});

describe("what is read of a release", () => {
  it("is read of every point that is of it", () => {
    const [del, tail] = points.map((point) => ({ ...point, evidence: "points/stories/del/8/1.evidence" }));
    const seen = { value: 0.4, tokens: 100 };
    const found = readingsByEvidence([del!, { ...tail!, leak: { ...tail!.leak, "tail-posterior": seen } }, points[0]!]);
    expect([...found]).toEqual([["points/stories/del/8/1.evidence", { ...del!.leak, "tail-posterior": seen }]]);
  });
});

describe("the commands", () => {
  const given = { data: "data", model: "model", bundle: "bundle", run: "run", seeds: [1, 2] };

  it("are both halves, each in a run directory of its own", () => {
    const commands = commandsOf(given).map((args) => args.join(" "));
    expect(commands).toEqual([
      "-m trainer.frontier.stories --model model --data data/narrative --bundle bundle --run run/stories --seeds 1 2",
      "-m trainer.frontier.tasks --data data --run run/tasks --tasks banking77 clinc150 polarity subjectivity --seeds 1 2",
    ]);
  });

  it("are the halves of the domains that are asked for", () => {
    const [stories, ...none] = commandsOf({ ...given, only: ["stories"], tail: "tail", tiny: true });
    expect(none).toEqual([]);
    expect(stories?.join(" ")).toContain("--tail tail --seeds 1 2 --tiny");
    expect(commandsOf({ ...given, only: ["polarity"] }).map((args) => args.join(" "))).toEqual([
      "-m trainer.frontier.tasks --data data --run run/tasks --tasks polarity --seeds 1 2",
    ]);
  });
});
