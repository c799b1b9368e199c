import { useCallback, useEffect, useRef, useState } from "react";
import type { Client, Release } from "../../sdk/types.ts";
import { promptKey, promptOf } from "../marks.ts";
import type { Message } from "../state.ts";
import { useLeak, type Leak } from "./useLeak.ts";

export interface Preview extends Pick<Leak, "state" | "stop" | "close"> {
  /** Attack draws of the message as it stands; nothing where there is none. */
  readonly look: () => void;
  /** What is shown is of another text, or of other treatments. */
  readonly stale: boolean;
  /** Look by itself whenever the text rests. Held until the page is closed. */
  readonly always: boolean;
  readonly setAlways: (always: boolean) => void;
}

/** Milliseconds without a change before the preview looks by itself. */
const LOOK_AFTER = 900;

/**
 * The leak preview of the draft.
 * @param earlier the release that the message goes on from
 * @param wanted whether a look by itself would say something new: not while a reply arrives, nor of a text that was sent
 */
export function usePreview(
  client: Client | null,
  message: Message | null,
  earlier: Release | null,
  wanted: boolean,
): Preview {
  const { state, start, stop, close } = useLeak();
  const [always, setAlways] = useState(false);
  /** Of the message that was last looked at. */
  const seen = useRef<string | null>(null);
  const written = message !== null && message.text.trim() !== "" ? message : null;
  const key = written === null ? null : promptKey(written, written.preset);
  const shown = state.shown;

  const look = useCallback(() => {
    if (client === null || written === null) return;
    seen.current = promptKey(written, written.preset);
    start(written, (signal) =>
      client.preview(promptOf(written), written.preset, { signal, ...(earlier && { earlier }) }),
    );
  }, [client, written, earlier, start]);

  useEffect(() => {
    if (!always || !wanted || key === null || key === seen.current) return;
    const timer = setTimeout(look, LOOK_AFTER);
    return () => clearTimeout(timer);
  }, [always, wanted, key, look]);

  const closed = useCallback(() => {
    seen.current = null;
    close();
  }, [close]);

  return {
    state,
    look,
    stop,
    close: closed,
    stale: shown !== null && promptKey(shown.of, shown.of.preset) !== key,
    always,
    setAlways,
  };
}
