import { useLayoutEffect, type RefObject } from "react";

/** Set a CSS custom property through the CSSOM: the Content-Security-Policy allows no style attributes. */
export function useCustomProperty(ref: RefObject<HTMLElement | null>, name: `--${string}`, value: string): void {
  useLayoutEffect(() => {
    ref.current?.style.setProperty(name, value);
  }, [ref, name, value]);
}
