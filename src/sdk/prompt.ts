/** From what a caller writes to what the engine takes. */
import { findPreset, type Manifest } from "../core/bundle/manifest.ts";
import { SottoError } from "../core/errors.ts";
import type { EngineSegment } from "../engine/types.ts";
import type { Prompt } from "./types.ts";

/**
 * Settle every private segment's preset; empty segments are left out.
 * @throws SottoError `unknown_preset`, or `empty_prompt` where nothing is left
 */
export function settlePrompt(prompt: Prompt, preset: string, manifest: Manifest): EngineSegment[] {
  findPreset(manifest, preset);
  const segments = typeof prompt === "string" ? [{ kind: "private" as const, text: prompt }] : prompt;
  const settled: EngineSegment[] = segments
    .filter((segment) => segment.text !== "")
    .map((segment) => {
      if (segment.kind === "public") return { kind: "public", text: segment.text };
      return { kind: "private", text: segment.text, preset: findPreset(manifest, segment.preset ?? preset).name };
    });
  if (settled.length === 0) throw new SottoError("empty_prompt", "There is nothing to send: the text is empty.");
  return settled;
}
