import { useLayoutEffect } from "react";
import { startLanguage } from "../app/i18n/i18n.ts";
import type { Theme } from "./limits.ts";

/** Theme and language as the page around the frame wants them. Nothing of it is stored. */
export function useLook(theme: Theme, locale: string | null): void {
  useLayoutEffect(() => {
    if (theme === "system") delete document.documentElement.dataset["theme"];
    else document.documentElement.dataset["theme"] = theme;
  }, [theme]);

  useLayoutEffect(() => {
    // Of what is written there; the words around it are in the same language if there are such.
    void startLanguage("auto", locale === null ? navigator.languages : [locale, ...navigator.languages]);
    const field = document.getElementById("text");
    if (locale === null) field?.removeAttribute("lang");
    else field?.setAttribute("lang", locale);
  }, [locale]);
}
