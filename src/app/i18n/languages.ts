/** The languages of the page. */
export interface Language {
  /** BCP 47. */
  readonly tag: string;
  /** What its speakers call it. */
  readonly name: string;
  readonly direction: "ltr" | "rtl";
  /** For `Intl.NumberFormat`. Digits are Latin everywhere: formulas, pictures and what is typed as a limit have them. */
  readonly numbers: string;
  /** For `Intl.DateTimeFormat`. */
  readonly dates: string;
}

export const LANGUAGES = [
  { tag: "en", name: "English", direction: "ltr", numbers: "en-US", dates: "en-GB" },
  { tag: "es", name: "Español", direction: "ltr", numbers: "es", dates: "es" },
  { tag: "de", name: "Deutsch", direction: "ltr", numbers: "de", dates: "de" },
  { tag: "zh-Hans", name: "简体中文", direction: "ltr", numbers: "zh-Hans", dates: "zh-Hans" },
  { tag: "ar", name: "العربية", direction: "rtl", numbers: "ar-u-nu-latn", dates: "ar-u-ca-gregory-nu-latn" },
] as const satisfies readonly Language[];

export type LanguageTag = (typeof LANGUAGES)[number]["tag"];

/** All that is known of a language. */
export function languageOf(tag: LanguageTag): Language {
  return LANGUAGES.find((known) => known.tag === tag) ?? LANGUAGES[0];
}

/** The first of a person's languages that the page speaks; English where it speaks none. */
export function bestLanguage(wanted: readonly string[]): LanguageTag {
  for (const tag of wanted) {
    // To fill in a script takes a browser milliseconds the first time, before the first paint; most are asked for by their own name.
    const known = LANGUAGES.find((known) => known.tag === tag || known.numbers === tag);
    if (known !== undefined) return known.tag;
    const asked = maximal(tag);
    const found = LANGUAGES.find((known) => {
      const own = maximal(known.tag);
      return asked !== null && own?.language === asked.language && own.script === asked.script;
    });
    if (found !== undefined) return found.tag;
  }
  return "en";
}

/** With its likely script; null for what is no tag: browsers may name one that is none. */
function maximal(tag: string): Intl.Locale | null {
  try {
    return new Intl.Locale(tag).maximize();
  } catch {
    return null;
  }
}
