/**
 * The words of the page, in the language that is chosen. English is here from the start; another language is loaded when it is
 * asked for. Sentences are in en/ and its neighbours, a file for each area.
 */
import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { en } from "./en/index.ts";
import { bestLanguage, languageOf, LANGUAGES, type LanguageTag } from "./languages.ts";

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "common";
    resources: typeof en;
  }
}

/** The sentences of one area by key. Plurals have the endings of `Intl.PluralRules`: `_one`, `_few`. */
export type Area = Readonly<Record<string, string>>;

/** A namespace for each area, and its sentences. */
export type Sentences = Readonly<Record<keyof typeof en, Area>>;

/** Languages but English, each a file that is loaded when it is first chosen. */
export const LOADERS: Readonly<Record<Exclude<LanguageTag, "en">, () => Promise<Sentences>>> = {
  es: async () => (await import("./es/index.ts")).es,
  de: async () => (await import("./de/index.ts")).de,
  "zh-Hans": async () => (await import("./zh-Hans/index.ts")).zhHans,
  ar: async () => (await import("./ar/index.ts")).ar,
};

void i18next.use(initReactI18next).init({
  lng: "en",
  fallbackLng: "en",
  resources: { en },
  defaultNS: "common",
  // At once, so that the first sentence is there when the first component asks.
  initAsync: false,
  // React escapes.
  interpolation: { escapeValue: false },
  returnNull: false,
});

/** A sentence, outside of components: `t("meter:title")`. Components take `useTranslation("meter")`, which follows a change. */
export const t = i18next.t;

/** The language in use: for Intl, too. */
export function language(): LanguageTag {
  return i18next.language as LanguageTag;
}

/** What was asked for last: a language that is loaded more slowly than one that was chosen after it is not spoken. */
let asked: LanguageTag = "en";

/**
 * Speak another language, and tell the document. Where it cannot be loaded the page stays as it is, and the promise is
 * rejected.
 */
export async function speak(tag: LanguageTag): Promise<void> {
  asked = tag;
  if (tag !== "en" && !i18next.hasResourceBundle(tag, "common")) {
    for (const [area, sentences] of Object.entries(await LOADERS[tag]())) {
      i18next.addResourceBundle(tag, area, sentences);
    }
  }
  if (asked !== tag) return;
  await i18next.changeLanguage(tag);
  if (typeof document !== "undefined") tellDocument(tag);
}

/**
 * Speak the language of a setting: a tag, or "auto" for the first of the person's languages that the page speaks. Never
 * rejects: where a language cannot be loaded it stays English.
 * @param wanted the person's languages, by preference
 */
export async function startLanguage(setting: string, wanted: readonly string[] = navigator.languages): Promise<void> {
  const known = LANGUAGES.find(({ tag }) => tag === setting)?.tag;
  try {
    await speak(known ?? bestLanguage(wanted));
  } catch {
    // The page is offline, or behind its server: English is here.
  }
}

/** For those who hear the page, for fonts and hyphens, and for the tab's title. */
function tellDocument(tag: LanguageTag): void {
  document.documentElement.lang = tag;
  document.documentElement.dir = languageOf(tag).direction;
  if (document.querySelector("meta[name=description]") === null) {
    // The frame of another page: it has no description.
    document.title = t("widget:title");
    return;
  }
  document.title = t("common:pageTitle");
  document.querySelector("meta[name=description]")?.setAttribute("content", t("common:pageDescription"));
}
