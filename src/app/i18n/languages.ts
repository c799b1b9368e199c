/** The languages of the page. */
export interface Language {
  /** BCP 47. */
  readonly tag: string;
  /** What its speakers call it. */
  readonly name: string;
  readonly direction: "ltr" | "rtl";
}

export const LANGUAGES = [
  { tag: "en", name: "English", direction: "ltr" },
  { tag: "es", name: "Español", direction: "ltr" },
  { tag: "de", name: "Deutsch", direction: "ltr" },
  { tag: "zh-Hans", name: "简体中文", direction: "ltr" },
  { tag: "ar", name: "العربية", direction: "rtl" },
] as const satisfies readonly Language[];

export type LanguageTag = (typeof LANGUAGES)[number]["tag"];

/** The first of a person's languages that the page speaks; English where it speaks none. */
export function bestLanguage(wanted: readonly string[]): LanguageTag {
  for (const tag of wanted) {
    const { language, script } = new Intl.Locale(tag).maximize();
    const found = LANGUAGES.find((known) => {
      const own = new Intl.Locale(known.tag).maximize();
      return own.language === language && own.script === script;
    });
    if (found !== undefined) return found.tag;
  }
  return "en";
}
