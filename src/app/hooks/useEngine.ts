import { useCallback, useEffect, useState, type Dispatch } from "react";
import { toFailure } from "../failure.ts";
import { paced } from "../paced.ts";
import type { Sdk } from "../sdk.ts";
import type { Action } from "../state.ts";

/**
 * Loads the client part when the page opens, and again when asked to: each attempt is a new promise, so a failed one is
 * not kept for ever.
 */
export function useEngine(sdk: Sdk, server: string, bundle: string, dispatch: Dispatch<Action>): () => void {
  const [attempt, setAttempt] = useState(0);

  useEffect(() => {
    let current = true;
    dispatch({ type: "load-started" });
    const loading = sdk.createClient({
      server,
      bundle,
      onProgress: paced((progress) => {
        if (current) dispatch({ type: "load-progressed", progress });
      }),
    });
    loading.then(
      (client) => {
        if (current) dispatch({ type: "loaded", client });
      },
      (error: unknown) => {
        if (current) dispatch({ type: "load-failed", failure: toFailure(error) });
      },
    );
    return () => {
      current = false;
      loading.then((client) => client.close()).catch(() => undefined);
    };
  }, [sdk, server, bundle, attempt, dispatch]);

  return useCallback(() => setAttempt((n) => n + 1), []);
}
