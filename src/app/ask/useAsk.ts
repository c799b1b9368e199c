import { useCallback, useMemo, useReducer } from "react";
import type { Classifier } from "../../sdk/gist/types.ts";
import type { Client } from "../../sdk/types.ts";
import type { LoadOptions } from "../sdk.ts";
import { useAffordable } from "../hooks/useAffordable.ts";
import { useEngine } from "../hooks/useEngine.ts";
import { useLedger } from "../hooks/useLedger.ts";
import { useOnline } from "../hooks/useOnline.ts";
import { t } from "../i18n/i18n.ts";
import { blockedByLedger } from "../ledger/sentences.ts";
import { closedBecause } from "../sending.ts";
import { pricedAt } from "./priced.ts";
import { askedBefore, initialAsk, isBusy, isUnchanged, reduceAsk, type AskState } from "./state.ts";
import { useAsking } from "./useAsking.ts";
import { useDraftLevels } from "./useDraftLevels.ts";

export interface AskPlace {
  readonly open: (options: LoadOptions) => Promise<Classifier>;
  /** Origin. */
  readonly server: string;
  readonly bundle: string;
  readonly onOtherTask?: (() => void) | undefined;
  /** Where to begin. */
  readonly start?: AskState;
}

/** All that a view of questions has, on the page and in the frame: its state, what may be done, and why not. */
export function useAsk({ open, server, bundle, onOtherTask, start = initialAsk }: AskPlace) {
  const [state, dispatch] = useReducer(reduceAsk, start);
  const retry = useEngine(open, server, bundle, dispatch, onOtherTask);
  const online = useOnline();
  const asking = useAsking(dispatch);

  const classifier = state.engine.status === "ready" ? state.engine.client : null;
  const { draft, preset, question } = state;
  const levels = useDraftLevels(classifier, draft, preset);
  const ledger = useLedger(classifier?.ledger ?? null);
  const priced = useMemo(() => pricedAt(classifier, preset), [classifier, preset]);
  const before = askedBefore(state);
  const busy = isBusy(question);
  const limit = classifier?.bundle.promptTokens ?? null;
  const tokens = draft.trim() === "" || levels.tokens === null ? null : levels.tokens.count;

  const afford = useMemo<Pick<Client, "afford"> | null>(
    () => (classifier === null ? null : { afford: ([charge]) => classifier.afford(charge?.preset) }),
    [classifier],
  );
  const fits = limit === null || tokens === null || tokens <= limit;
  // What cannot be sent, or costs nothing, is not asked about.
  const wanted = preset !== null && draft.trim() !== "" && before === null && fits;
  const charges = useMemo(() => (wanted ? [{ preset, tokens: 1 }] : []), [wanted, preset]);
  const affordable = useAffordable(afford, charges, ledger.view);
  const closed = closedBecause({ status: state.engine.status, busy, draft, limit: limit ?? 0 }, tokens, online);

  /** Send the draft, at its preset or another: as the levels it had, where these words went before. */
  const send = (at = preset) => {
    if (classifier === null || at === null) return;
    if (at !== preset) dispatch({ type: "preset-chosen", preset: at });
    // The same words are never drawn twice unasked: noise drawn twice is averaged away.
    const same = askedBefore(state, at);
    if (same === null) asking.ask(classifier, draft, at);
    else asking.again(classifier, same);
  };
  return {
    state,
    dispatch,
    retry,
    online,
    classifier,
    ledger,
    levels,
    priced,
    busy,
    limit,
    tokens,
    /** The draft goes as levels that it had before. */
    before,
    unchanged: isUnchanged(state),
    /** Why Send does nothing, or null. */
    blocked: closed ?? blockedByLedger(ledger.view, affordable),
    advice: before === null ? null : t("composer:sameAgain"),
    draft: useCallback((text: string) => dispatch({ type: "drafted", text }), []),
    choose: useCallback((name: string) => dispatch({ type: "preset-chosen", preset: name }), []),
    send,
    again: () => classifier !== null && question !== null && asking.again(classifier, question),
    drawAnew: () => classifier !== null && question !== null && asking.ask(classifier, question.text, question.preset),
    stop: asking.stop,
  };
}
