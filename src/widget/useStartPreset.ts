import { useEffect, useRef } from "react";
import { startPreset } from "./permissions.ts";

/** Begin at the preset that the page asks for, if it is stricter than the usual one. Once: afterwards the preset is the person's. */
export function useStartPreset(
  presets: readonly { readonly name: string; readonly mu: number }[] | null,
  preset: string | null,
  asked: string | null,
  choose: (preset: string) => void,
): void {
  const started = useRef(false);
  useEffect(() => {
    if (presets === null || preset === null || started.current) return;
    started.current = true;
    const first = startPreset(presets, preset, asked);
    if (first !== preset) choose(first);
  }, [presets, preset, asked, choose]);
}
