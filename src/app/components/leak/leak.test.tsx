import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import type { LeakReading } from "../../../sdk/types.ts";
import type { Preview } from "../../hooks/usePreview.ts";
import { closedLeak, reduceLeak, type LeakAction } from "../../leak/state.ts";
import { PUBLIC, promptOf } from "../../marks.ts";
import type { Message } from "../../state.ts";
import { fakeClient } from "../../testing/fake-client.ts";
import { LeakPreview } from "./LeakPreview.tsx";
import { Receipt } from "./Receipt.tsx";

const client = fakeClient();
const text = "Orla Venn wrote her secret number, 555 0142, on";
const message: Message = { text, marks: [], preset: "balanced" };

async function readingsOf(of: Message): Promise<LeakReading[]> {
  const readings: LeakReading[] = [];
  for await (const reading of client.preview(promptOf(of), of.preset)) readings.push(reading);
  return readings;
}

const [nearest, bayes, sequence] = await readingsOf(message);
const started: LeakAction = { type: "started", run: 1 };
const read = (reading = sequence!, of = message): LeakAction => ({ type: "read", run: 1, of, reading });
const ended: LeakAction = { type: "ended", run: 1 };

interface Case {
  readonly stale?: boolean;
  readonly of?: Message;
  readonly blocked?: string;
  readonly blockedAt?: string;
  readonly unchanged?: boolean;
}

/** The preview as markup, with its entities resolved. */
function markup(
  actions: readonly LeakAction[],
  { stale = false, of = message, blocked, blockedAt, unchanged = false }: Case = {},
) {
  const preview: Preview = {
    state: actions.reduce(reduceLeak, closedLeak),
    stale,
    always: false,
    look: () => undefined,
    stop: () => undefined,
    close: () => undefined,
    setAlways: () => undefined,
  };
  return renderToStaticMarkup(
    <LeakPreview
      manifest={client.bundle}
      message={of}
      preview={preview}
      unchanged={unchanged}
      again={false}
      blocked={blocked ?? null}
      blockedAt={() => blockedAt ?? null}
      onSend={() => undefined}
      onEdit={() => undefined}
    />,
  )
    .replaceAll("&#x27;", "'")
    .replaceAll("&quot;", '"');
}

function words(...given: Parameters<typeof markup>): string {
  return markup(...given)
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll(/\s+/g, " ");
}

describe("the leak preview", () => {
  it("is one button and a setting until it is asked for, and asks for words where there are none", () => {
    const closed = markup([]);
    expect(closed).toContain(">What could the server read?</button>");
    expect(closed).toMatch(/aria-keyshortcuts="Control\+Shift\+Enter Meta\+Shift\+Enter"/);
    expect(closed).toContain("Always preview");
    expect(closed).not.toContain("gloss");
    const empty = markup([], { of: { ...message, text: " " } });
    expect(empty).toMatch(/leak-button" aria-disabled="true"/);
    expect(empty).toContain("Write something");
  });

  it("names the readers as they arrive, and can be cancelled meanwhile", () => {
    expect(words([started])).toContain("The nearest word…");
    const half = words([started, read(nearest)]);
    expect(half).toContain("The nearest word Each word by itself…");
    expect(half).toContain("Cancel");
    expect(words([started, read(), ended])).not.toContain("Cancel");
  });

  it("can be closed before anything was read", () => {
    expect(markup([started]).match(/>Close</g)).toHaveLength(1);
    expect(markup([started, read(), ended]).match(/>Close</g)).toHaveLength(1);
  });

  it("does not say of the stronger preset that the same levels go again", () => {
    const done = markup([started, read(), ended], { unchanged: true });
    expect(done).toContain("the same levels go again. What could be read of those is below.");
    expect(done).toMatch(/aria-describedby="leak-afresh-stronger"[^>]*>Send with Strict</);
    expect(done).toMatch(/id="leak-afresh-stronger">With Strict the words get new levels: a new cost\.</);
    expect(markup([started, read(), ended])).toMatch(/aria-describedby="leak-afresh"[^>]*>Send with Strict</);
  });

  it("says the one sentence, what to look at first, and what is not covered", () => {
    const done = words([started, read(), ended]);
    expect(done).toMatch(
      /The server could read (about|hardly|none|all)[^.]* 9 words; without your message it would guess/,
    );
    expect(done).toMatch(/Look at these first.*555 0142/);
    expect(done).toContain("Orla Venn Name");
    expect(done).toContain("strongest reader we know of");
    expect(done).toContain("Not in this picture: the reply");
    expect(done).toContain("What is sent gets noise of its own.");
  });

  it("shows every word with what is read in its place, and tells a screen reader all of it", () => {
    const done = markup([started, read(), ended]);
    const labels = Array.from(done.matchAll(/class="gloss-word is-(\w+)"[^>]*aria-label="([^"]*)"/g));
    expect(labels.map(([, , label]) => /^‘([^’]*)’/.exec(label!)?.[1]).join(" ")).toBe(text);
    for (const [, , label] of labels) expect(label).toMatch(/read here as ‘.*It gives ‘/);
    expect(done.match(/class="gloss-word[^>]*tabindex="0"/gi)).toHaveLength(1);
  });

  it("shows public words as known", async () => {
    const of: Message = { ...message, marks: [{ start: 0, end: 4, treatment: PUBLIC }] };
    const [, , mixed] = await readingsOf(of);
    const done = markup([started, read(mixed, of), ended], { of });
    expect(done).toMatch(/gloss-word is-public"[^>]*aria-label="‘Orla’: public: the server reads it/);
    expect(words([started, read(mixed, of), ended], { of })).toContain("8 private words;");
  });

  it("dims what is of an earlier text, and offers to look again", () => {
    const old = markup([started, read(), ended], { stale: true });
    expect(old).toContain("leak-result is-stale");
    expect(old).toContain("For an earlier text.");
    expect(old).toContain(">Look again</button>");
  });

  it("says of a cancelled look that stronger readers read more", () => {
    expect(words([started, read(bayes), { type: "stopped", run: 1 }])).toContain("they read more than this");
  });

  it("keeps what arrived before a failure, with a way out", () => {
    const failure = { code: "engine_failed", message: "The attack could not be computed here." };
    const failed = words([started, read(nearest), { type: "failed", run: 1, failure }]);
    expect(failed).toContain(`${failure.message} ${failure.code}`);
    expect(failed).toContain("Try again");
    expect(failed).toContain("The server could read");
  });

  it("offers to send, to send with the next stronger preset, and to edit", () => {
    const actions = (preset: string) => {
      const of = { ...message, preset };
      return Array.from(
        markup([started, read(sequence, of), ended], { of }).matchAll(/>(Send with \w+|Edit)</g),
        (m) => m[1],
      );
    };
    expect(actions("balanced")).toEqual(["Send with Balanced", "Send with Strict", "Edit"]);
    expect(actions("strict")).toEqual(["Send with Strict", "Edit"]);
  });

  it("says why it cannot be sent, and that a sent text is not drawn afresh", () => {
    const closed = markup([started, read(), ended], { blocked: "You are offline." });
    expect(closed).toMatch(/button-send" aria-disabled="true"/);
    expect(closed).toContain("You are offline.");
    expect(words([started, read(), ended], { unchanged: true })).toContain("the same levels go again");
  });

  it("can go with a stronger preset where that alone is within the budget", () => {
    const sends = (html: string) =>
      Array.from(html.matchAll(/aria-disabled="(\w+)"[^>]*>(Send with \w+)/g), (m) => m.slice(1));
    expect(sends(markup([started, read(), ended], { blocked: "Beyond your budget." }))).toEqual([
      ["true", "Send with Balanced"],
      ["false", "Send with Strict"],
    ]);
    const both = { blocked: "You are offline.", blockedAt: "You are offline." };
    expect(sends(markup([started, read(), ended], both)).map(([disabled]) => disabled)).toEqual(["true", "true"]);
  });

  it("has no inline styles, which its Content-Security-Policy forbids", () => {
    expect(markup([started, read(), ended])).not.toMatch(/\sstyle="|<style/);
  });
});

describe("the receipt", () => {
  it("waits until it is asked for, and offers nothing to withhold or to do again", async () => {
    const release = await client.release(text, "balanced");
    const closed = renderToStaticMarkup(<Receipt client={client} release={release} of={message} />);
    expect(closed).toContain("What could be read of what left");
    expect(closed).not.toMatch(/<button|<details[^>]* open/);
  });
});
