/** What the settings mean for a message that is sent. */
import type { CompletionOptions } from "../../sdk/types.ts";
import type { Settings } from "./settings.ts";

/** What is asked of the server beyond the message; what was not set is left to it. */
export function replyOptions({
  maxTokens,
  temperature,
  topP,
}: Pick<Settings, "maxTokens" | "temperature" | "topP">): Pick<
  CompletionOptions,
  "maxTokens" | "temperature" | "topP"
> {
  return {
    ...(maxTokens !== null && { maxTokens }),
    ...(temperature !== null && { temperature }),
    ...(topP !== null && { topP }),
  };
}

/** Of a keydown in the field, what decides whether it sends. */
export type FieldKey = Pick<
  KeyboardEvent,
  "key" | "ctrlKey" | "metaKey" | "shiftKey" | "altKey" | "isComposing" | "keyCode"
>;

/**
 * Whether a key press in the field sends: Enter with Ctrl or Cmd always does; Enter alone where that was chosen, unless an input method
 * takes it. With Shift it is a new line, or with Ctrl the preview's.
 */
export function sends(event: FieldKey, sendWith: Settings["sendWith"]): boolean {
  if (event.key !== "Enter" || event.shiftKey || event.altKey) return false;
  // 229: see commands/useCommands.ts.
  if (event.isComposing || event.keyCode === 229) return false;
  return event.ctrlKey || event.metaKey || sendWith === "enter";
}
