/** The settings that the whole document shows: its language and the size of its text. */
import { speak } from "../i18n/i18n.ts";
import { bestLanguage, type LanguageTag } from "../i18n/languages.ts";
import type { Settings } from "./settings.ts";
import { followTabs, settings, type SettingsStore } from "./store.ts";

/** The language a choice means for a person whose browser wants these. */
export function languageFor(choice: Settings["language"], wanted: readonly string[]): LanguageTag {
  return choice === "auto" ? bestLanguage(wanted) : choice;
}

/** Speak what the settings say. Rejected where the language could not be loaded; the page then stays as it is. */
export function speakChosen(choice: Settings["language"]): Promise<void> {
  return speak(languageFor(choice, navigator.languages));
}

/** Show the settings now and after every change, also one of another tab. For main.tsx, once. Returns how to stop. */
export function applySettings(store: SettingsStore = settings): () => void {
  let spoken: Settings["language"] | null = null;
  const apply = () => {
    const { language, textSize } = store.held().settings;
    document.documentElement.dataset["textSize"] = textSize;
    if (language === spoken) return;
    spoken = language;
    // The settings sheet says it where a language cannot be loaded; here the page goes on in the one it has.
    speakChosen(language).catch(() => (spoken = null));
  };
  apply();
  const stops = [store.subscribe(apply), followTabs(store)];
  return () => stops.forEach((stop) => stop());
}
