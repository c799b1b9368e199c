import { useCallback, useEffect, useMemo, useState } from "react";
import { toFailure, type Failure } from "../failure.ts";
import { apiKeyOf, useHeld } from "../settings/store.ts";
import type { configuredServers, listBundles, OfferedBundle } from "../../sdk/servers.ts";

/** What is known of one server. */
export type ServerState =
  | { readonly status: "loading" }
  | { readonly status: "ready"; readonly bundles: readonly OfferedBundle[] }
  /** It asks for a key; `refused`: it was given one. */
  | { readonly status: "needs-key"; readonly refused: boolean }
  | { readonly status: "failed"; readonly failure: Failure };

export interface ListedServer {
  /** Its origin. */
  readonly server: string;
  readonly state: ServerState;
}

/** `src/sdk/servers.ts`, or something like it in tests. */
export interface ServerSource {
  readonly listBundles: typeof listBundles;
  readonly configuredServers: typeof configuredServers;
}

const LOADING: ServerState = { status: "loading" };

/** What became of asking a server. */
export function answerOf(
  result: readonly OfferedBundle[] | { readonly error: unknown },
  withKey: boolean,
): ServerState {
  if (!("error" in result)) return { status: "ready", bundles: result };
  const failure = toFailure(result.error);
  if (failure.code === "invalid_api_key") return { status: "needs-key", refused: withKey };
  return { status: "failed", failure };
}

/**
 * The page's own server and those it is set up with, each with its bundles; asked when the sheet opens, again when a key changes, and
 * one by one by `retry`.
 */
export function useServers(
  source: ServerSource,
  own: string,
): { readonly servers: readonly ListedServer[]; readonly retry: (server: string) => void } {
  const [others, setOthers] = useState<readonly string[]>([]);
  const [states, setStates] = useState<Readonly<Record<string, ServerState>>>({});
  const [attempts, setAttempts] = useState<Readonly<Record<string, number>>>({});
  const held = useHeld();

  useEffect(() => {
    const asking = new AbortController();
    source.configuredServers(own, { signal: asking.signal }).then(
      (found) => setOthers(found.filter((server) => server !== own)),
      // Then there is this page's own server alone, which says itself what is wrong.
      () => undefined,
    );
    return () => asking.abort();
  }, [source, own]);

  const origins = useMemo(() => [own, ...others], [own, others]);
  // What makes it worth asking a server again, as text: effects compare by it.
  const asked = JSON.stringify(
    origins.map((server) => [server, apiKeyOf(server, held) ?? null, attempts[server] ?? 0]),
  );

  useEffect(() => {
    const asking = new AbortController();
    for (const [server, apiKey] of JSON.parse(asked) as [string, string | null, number][]) {
      const put = (state: ServerState) => {
        if (!asking.signal.aborted) setStates((before) => ({ ...before, [server]: state }));
      };
      source.listBundles(server, { signal: asking.signal, ...(apiKey !== null && { apiKey }) }).then(
        (bundles) => put(answerOf(bundles, apiKey !== null)),
        (error: unknown) => put(answerOf({ error }, apiKey !== null)),
      );
    }
    return () => asking.abort();
  }, [source, asked]);

  const retry = useCallback((server: string) => {
    setStates((before) => ({ ...before, [server]: LOADING }));
    setAttempts((before) => ({ ...before, [server]: (before[server] ?? 0) + 1 }));
  }, []);
  return { servers: origins.map((server) => ({ server, state: states[server] ?? LOADING })), retry };
}
