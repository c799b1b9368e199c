/**
 * The words of the page, in the language that is chosen. English is here from the start; another language is loaded when it is
 * asked for. Sentences are in en/ and its neighbours, a file for each area.
 */
import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { en } from "./en/index.ts";
import { LANGUAGES, type LanguageTag } from "./languages.ts";

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "common";
    resources: typeof en;
  }
}

/** A namespace for each area, and its sentences. */
export type Sentences = Readonly<Record<keyof typeof en, Readonly<Record<string, string>>>>;

/** Languages but English, each a file that is loaded when it is first chosen. */
const LOADERS: Partial<Record<LanguageTag, () => Promise<Sentences>>> = {};

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

/** Speak another language, and tell the document. Where it cannot be loaded the page stays as it is, and the promise is rejected. */
export async function speak(tag: LanguageTag): Promise<void> {
  const load = LOADERS[tag];
  if (load !== undefined && !i18next.hasResourceBundle(tag, "common")) {
    for (const [area, sentences] of Object.entries(await load())) i18next.addResourceBundle(tag, area, sentences);
  }
  await i18next.changeLanguage(tag);
  document.documentElement.lang = tag;
  document.documentElement.dir = LANGUAGES.find((known) => known.tag === tag)!.direction;
}
