import { startTransition, useCallback, useEffect, useState, type Dispatch } from "react";
import { toFailure } from "../failure.ts";
import { paced } from "../paced.ts";
import type { Sdk } from "../sdk.ts";
import type { Action } from "../state.ts";

/**
 * Loads the client part when the page opens, and again when asked to: each attempt is a new promise, so a failed one is
 * not kept for ever. What comes of it is rendered as a transition, in slices: whoever writes or scrolls meanwhile does not wait for the
 * many things that a ready device brings at once.
 */
export function useEngine(sdk: Sdk, server: string, bundle: string, dispatch: Dispatch<Action>): () => void {
  const [attempt, setAttempt] = useState(0);

  useEffect(() => {
    let current = true;
    const show = (action: Action) => {
      if (current) startTransition(() => dispatch(action));
    };
    show({ type: "load-started" });
    const loading = sdk.createClient({
      server,
      bundle,
      onProgress: paced((progress) => show({ type: "load-progressed", progress })),
    });
    loading.then(
      (client) => show({ type: "loaded", client }),
      (error: unknown) => show({ type: "load-failed", failure: toFailure(error) }),
    );
    return () => {
      current = false;
      loading.then((client) => client.close()).catch(() => undefined);
    };
  }, [sdk, server, bundle, attempt, dispatch]);

  return useCallback(() => setAttempt((n) => n + 1), []);
}
