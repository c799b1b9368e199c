/** Numbers, dates, plurals and sentences with mark-up, in each language of the page. */
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { budgetName, refusal } from "./ledger/sentences.ts";
import { day } from "./ledger/standing.ts";
import { limitOf } from "./ledger/budget-form.ts";
import { leakSentence } from "./leak/sentences.ts";
import { failureText } from "./failure.ts";
import { language, speak, startLanguage, t } from "./i18n/i18n.ts";
import { LANGUAGES, type LanguageTag } from "./i18n/languages.ts";
import {
  apart,
  atMost,
  bytes,
  directionOf,
  percent,
  sentences,
  title,
  titleWithin,
  tokens,
  wordsIn,
} from "./wording.ts";

const budget = { scope: "day", unit: "bits", limit: 50, delta: 1e-5 } as const;
const tally = { words: 24, read: 3, blind: 2, open: 0, draws: 8 };
const at = Date.UTC(2026, 10, 3, 12);

interface Case {
  readonly tag: LanguageTag;
  readonly said: readonly (readonly [() => string, string])[];
}

const CASES: readonly Case[] = [
  {
    tag: "es",
    said: [
      [() => atMost(58.34), "58,4"],
      [() => tokens(1), "1 token"],
      [() => tokens(15), "15 tokens"],
      [() => wordsIn(0.25), "cerca de 1 palabra de cada 4"],
      [() => budgetName(budget), "50 bits al día"],
      [() => day(at, at), "3 de noviembre"],
      [() => leakSentence(tally), "El servidor podría leer cerca de 3 de 24 palabras; sin tu mensaje acertaría 2."],
    ],
  },
  {
    tag: "de",
    said: [
      [() => atMost(1234.2), "1.235"],
      [() => bytes(24_100_000), "24,1 MB"],
      [() => wordsIn(0.66), "etwa 2 Wörter von 3"],
      [() => title("balanced"), "Ausgewogen"],
      [() => day(at, at), "3. November"],
      [
        () => refusal([{ budget, used: 38, after: 89, exceeded: true }]),
        "Das ginge über dein Budget von 50 Bit am Tag hinaus: 12,0 übrig, nötig sind 51,0.",
      ],
    ],
  },
  {
    tag: "zh-Hans",
    said: [
      [() => tokens(1), "1 个词元"],
      [() => wordsIn(0.25), "每 4 个词中约有 1 个"],
      [() => day(at, at), "11月3日"],
      [
        () => sentences(t("composer:publicGo"), t("composer:positionsSeen")),
        "公开的词会照原样发给服务器。服务器能看到哪些位置以何种方式处理。",
      ],
    ],
  },
  {
    tag: "ar",
    said: [
      [() => tokens(1), "رمز واحد"],
      [() => tokens(2), "رمزان"],
      [() => tokens(3), "3 رموز"],
      [() => tokens(15), "15 رمزًا"],
      [() => tokens(100), "100 رمز"],
      [() => atMost(58.34), "58.4"],
      [() => day(at, at), "3 نوفمبر"],
      [() => titleWithin("strict"), "صارم"],
    ],
  },
];

afterAll(() => speak("en"));

describe.each(CASES)("in $tag the page", ({ tag, said }) => {
  beforeEach(() => speak(tag));

  it("says numbers, dates, plurals and budgets as its speakers do", () => {
    expect(said.map(([say]) => say())).toEqual(said.map(([, words]) => words));
  });

  it("leaves the name of a preset that it does not know as it is", () => {
    expect(title("whisper")).toBe("Whisper");
    expect(titleWithin("constructor")).toBe("constructor");
  });

  it("says what went wrong, and keeps the sentence of a code that it does not know", () => {
    const known = failureText({
      code: "server_unreachable",
      message: "The server at https://a.example does not answer.",
    });
    expect(known).toBe(t("errors:server_unreachable"));
    expect(known).not.toContain("The server");
    expect(failureText({ code: "of_another_time", message: "A sentence." })).toBe("A sentence.");
  });

  it("takes a limit with the decimal sign of its numbers", () => {
    expect(limitOf(tag === "es" || tag === "de" ? "7,5" : "7.5")).toEqual({ limit: 7.5 });
  });
});

describe("every language", () => {
  it.each(LANGUAGES.map(({ tag }) => tag))("has Latin digits: %s", async (tag) => {
    await speak(tag);
    expect(percent(0.42)).toMatch(/42/);
    expect(day(at, 0)).toMatch(/2026/);
  });
});

describe("the language that is spoken", () => {
  it("is the one that was chosen last, however long another takes to load", async () => {
    await Promise.all([speak("de"), speak("ar"), speak("en")]);
    expect(language()).toBe("en");
  });

  it("is that of the setting, else the person's, else English", async () => {
    await startLanguage("de", ["es"]);
    expect(language()).toBe("de");
    await startLanguage("auto", ["fr", "es-MX"]);
    expect(language()).toBe("es");
    await startLanguage("auto", ["fr", "not a tag"]);
    expect(language()).toBe("en");
  });
});

describe("the person's words within a sentence", () => {
  it("stand apart where they may run the other way", async () => {
    await speak("en");
    expect(apart("fox")).toBe("fox");
    expect(apart("ثعلب")).toBe("\u2068ثعلب\u2069");
    await speak("ar");
    expect(apart("fox")).toBe("\u2068fox\u2069");
  });

  it("run the way of their first letter", () => {
    expect(directionOf("12, fox ثعلب")).toBe("ltr");
    expect(directionOf("12, ثعلب fox")).toBe("rtl");
    expect(directionOf("12")).toBe("ltr");
  });
});
