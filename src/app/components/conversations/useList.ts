import { useCallback, useEffect, useState } from "react";
import type { Conversations, ConversationSummary, Match } from "../../../sdk/conversations.ts";
import { toFailure, type Failure } from "../../failure.ts";

export interface Listed {
  readonly summary: ConversationSummary;
  /** Where the query stands in it; none where nothing is looked for. */
  readonly matches: readonly Match[];
}

export type ListView =
  | { readonly status: "reading" }
  | {
      readonly status: "ready";
      readonly items: readonly Listed[];
      readonly unreadable: readonly string[];
      readonly more: boolean;
    }
  | { readonly status: "failed"; readonly failure: Failure };

const PAGE = 50;

/** What is kept, or what a query finds in it, read again after every change here or in another tab. */
export function useList(store: Conversations, query: string): { view: ListView; more: () => void; reread: () => void } {
  const [view, setView] = useState<ListView>({ status: "reading" });
  const [limit, setLimit] = useState(PAGE);
  const [changes, setChanges] = useState(0);

  useEffect(() => store.subscribe(() => setChanges((n) => n + 1)), [store]);
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    const show = (next: ListView) => {
      if (!signal.aborted) setView(next);
    };
    read(store, query, limit, signal).then(show, (error: unknown) =>
      show({ status: "failed", failure: toFailure(error) }),
    );
    return () => controller.abort();
  }, [store, query, limit, changes]);

  const more = useCallback(() => setLimit((n) => n + PAGE), []);
  const reread = useCallback(() => setChanges((n) => n + 1), []);
  return { view, more, reread };
}

async function read(store: Conversations, query: string, limit: number, signal: AbortSignal): Promise<ListView> {
  if (query.trim() !== "") {
    const { found, more, unreadable } = await store.search(query, { limit, signal });
    return { status: "ready", items: found, more, unreadable };
  }
  const { items, next, unreadable } = await store.list({ limit });
  return {
    status: "ready",
    items: items.map((summary) => ({ summary, matches: [] })),
    more: next !== null,
    unreadable,
  };
}
