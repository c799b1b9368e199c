import { useLayoutEffect } from "react";
import type { Theme } from "./limits.ts";

/** Theme and language as the page around the frame wants them. Nothing of it is stored. */
export function useLook(theme: Theme, locale: string | null): void {
  useLayoutEffect(() => {
    if (theme === "system") delete document.documentElement.dataset["theme"];
    else document.documentElement.dataset["theme"] = theme;
  }, [theme]);

  useLayoutEffect(() => {
    // Of what is written there, not of the words around it.
    const field = document.getElementById("text");
    if (locale === null) field?.removeAttribute("lang");
    else field?.setAttribute("lang", locale);
  }, [locale]);
}
