import { startTransition, useCallback, useEffect, useRef, useState } from "react";
import { toFailure } from "../failure.ts";
import type { LoadAction } from "../engine.ts";
import { paced } from "../paced.ts";
import type { LoadOptions } from "../sdk.ts";

/**
 * Loads the client part when the page opens, and again when asked to: each attempt is a new promise, so a failed one is
 * not kept for ever. What comes of it is rendered as a transition, in slices: whoever writes or scrolls meanwhile does not wait for the
 * many things that a ready device brings at once.
 * @param open of the SDK; must stay the same function from one rendering to the next
 * @param onOtherTask told, in place of a failure, where the bundle turns out to be of the other kind: its view is another
 */
export function useEngine<C extends { close(): Promise<void> }>(
  open: (options: LoadOptions) => Promise<C>,
  server: string,
  bundle: string,
  dispatch: (action: LoadAction<C>) => void,
  onOtherTask?: () => void,
): () => void {
  const [attempt, setAttempt] = useState(0);
  const other = useRef(onOtherTask);
  useEffect(() => {
    other.current = onOtherTask;
  });

  useEffect(() => {
    let current = true;
    const show = (action: LoadAction<C>) => {
      if (current) startTransition(() => dispatch(action));
    };
    show({ type: "load-started" });
    const loading = open({
      server,
      bundle,
      onProgress: paced((progress) => show({ type: "load-progressed", progress })),
    });
    loading.then(
      (client) => show({ type: "loaded", client }),
      (error: unknown) => {
        const failure = toFailure(error);
        if (failure.code !== "task_unsupported" || other.current === undefined) show({ type: "load-failed", failure });
        else if (current) other.current();
      },
    );
    return () => {
      current = false;
      loading.then((client) => client.close()).catch(() => undefined);
    };
  }, [open, server, bundle, attempt, dispatch]);

  return useCallback(() => setAttempt((n) => n + 1), []);
}
