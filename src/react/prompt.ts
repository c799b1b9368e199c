/** Prompts as hooks compare them: by what they say, since callers write a new list with every render. */
import { useEffect, useState } from "react";
import type { Prompt } from "../sdk/types.ts";

/** The same for the same prompt under the same options. */
export function promptKey(prompt: Prompt, ...options: readonly unknown[]): string {
  return JSON.stringify([prompt, ...options.map((option) => option ?? null)]);
}

/** Whether there is anything to look at. */
export function isBlank(prompt: Prompt): boolean {
  return typeof prompt === "string" ? prompt === "" : prompt.every(({ text }) => text === "");
}

/** A value that has not changed, by its key, for so many milliseconds; null before the first. The object is the same until it changes. */
export function useSettled<T>(value: T, key: string, wait: number): { readonly value: T; readonly key: string } | null {
  const [settled, setSettled] = useState<{ readonly value: T; readonly key: string } | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => {
      setSettled((before) => (before?.key === key ? before : { value, key }));
    }, wait);
    return () => {
      clearTimeout(timer);
    };
    // The key says what the value does.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [key, wait]);
  return settled;
}
