import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import type { Look } from "../../ask/useLook.ts";
import { fakeClassifier } from "../../testing/fake-classifier.ts";
import { AskPreview } from "./AskPreview.tsx";

const classifier = fakeClassifier();
const text = "Where is my card?";
const reading = await classifier.preview(text, "balanced");
const idle: Look = {
  status: "open",
  running: false,
  shown: null,
  failure: null,
  look: () => undefined,
  stop: () => undefined,
  close: () => undefined,
};
const found: Partial<Look> = { shown: { text, preset: "balanced", reading } };

/** The preview as markup, with its entities resolved. @param went presets at which the words went before */
function markup(
  look: Partial<Look>,
  went: readonly string[] = [],
  below = false,
  blocked: string | null = null,
): string {
  return renderToStaticMarkup(
    <AskPreview
      manifest={classifier.bundle}
      text={text}
      preset="balanced"
      look={{ ...idle, ...look }}
      wentAt={(preset) => went.includes(preset)}
      below={below}
      blocked={blocked}
      blockedAt={() => null}
      onSend={() => undefined}
      onEdit={() => undefined}
    />,
  ).replaceAll("&#x27;", "'");
}

/** What the button is described by. */
function described(html: string, button: string): string | undefined {
  const id = new RegExp(`aria-describedby="([^"]*)"[^>]*>${button}<`).exec(html)?.[1];
  return new RegExp(`id="${id}"[^>]*>([^<]*)<`).exec(html)?.[1];
}

const heard = (html: string) => /role="status">([^<]*)</.exec(html)?.[1];

describe("the preview of a question", () => {
  it("says of each button what it sends", () => {
    const fresh = markup(found);
    expect(described(fresh, "Send with Strict")).toBe(described(fresh, "Send with Balanced"));
    const same = markup(found, ["balanced"]);
    expect(described(same, "Send with Balanced")).toBe("This text was sent already: the same levels go again.");
    expect(described(same, "Send with Strict")).toBe("With Strict the words get new levels: a new cost.");
    expect(described(markup(found, ["strict"]), "Send with Strict")).toMatch(/go again, at no cost/);
  });

  it("lets the question go with a stronger preset where that alone is within the budget", () => {
    const html = markup(found, [], false, "Beyond your budget.");
    expect(html).toMatch(/aria-disabled="true"[^>]*>Send with Balanced</);
    expect(html).toMatch(/aria-disabled="false"[^>]*>Send with Strict</);
    expect(described(html, "Send with Balanced")).toMatch(/^Beyond your budget\./);
  });

  it("points at what is below only where it is of these words", () => {
    expect(markup(found, ["balanced"])).not.toContain("is below");
    expect(markup(found, ["balanced"], true)).toContain("What could be read of those is below.");
  });

  it("can be closed before there is anything to see, after it was cancelled, and after it failed", () => {
    const failure = { code: "engine_closed", message: "Gone." };
    for (const look of [{ running: true }, { status: "stopped" }, { failure }, found] as Partial<Look>[]) {
      expect(markup(look).match(/>Close</g)).toHaveLength(1);
    }
  });

  it("has one region that says what goes on", () => {
    expect(heard(markup({ status: "closed" }))).toBe("");
    expect(heard(markup({ running: true }))).toBe("Looking at what the server could read.");
    expect(heard(markup(found))).toMatch(/^Of 7 topics/);
    expect(heard(markup({ status: "stopped" }))).toBe("Cancelled.");
    const failed = markup({ failure: { code: "engine_closed", message: "Gone." } });
    expect(heard(failed)).toBe("Gone.");
    expect(failed).not.toContain('role="alert"');
    // It follows what is written: not a word until there is something new.
    expect(heard(markup({ ...found, running: true }))).toBe("");
  });
});
