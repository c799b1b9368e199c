import { useCallback, useEffect, useMemo, useReducer } from "react";
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
import {
  askedBefore,
  drawn,
  initialAsk,
  isBusy,
  isUnchanged,
  reduceAsk,
  wordsOf,
  type AskState,
  type Question,
} from "./state.ts";
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
  /** Told of all questions that were drawn, whenever they change. */
  readonly onAsked?: ((questions: readonly Question[]) => void) | undefined;
}

/** All that a view of questions has, on the page and in the frame: its state, what may be done, and why not. */
export function useAsk({ open, server, bundle, onOtherTask, onAsked, start = initialAsk }: AskPlace) {
  const [state, dispatch] = useReducer(reduceAsk, start);
  const retry = useEngine(open, server, bundle, dispatch, onOtherTask);
  const online = useOnline();
  const asking = useAsking(dispatch);

  const classifier = state.engine.status === "ready" ? state.engine.client : null;
  const { preset, question, earlier } = state;
  const words = wordsOf(state);
  const levels = useDraftLevels(classifier, words, preset);
  const ledger = useLedger(classifier?.ledger ?? null);
  const priced = useMemo(() => pricedAt(classifier, preset), [classifier, preset]);
  const before = askedBefore(state);
  const busy = isBusy(question);
  const limit = classifier?.bundle.promptTokens ?? null;
  const tokens = words === "" || levels.tokens === null ? null : levels.tokens.count;

  const afford = useMemo<Pick<Client, "afford"> | null>(
    () => (classifier === null ? null : { afford: ([charge]) => classifier.afford(charge?.preset) }),
    [classifier],
  );
  const fits = limit === null || tokens === null || tokens <= limit;
  // What cannot be sent, or costs nothing, is not asked about.
  const wanted = preset !== null && words !== "" && before === null && fits;
  const charges = useMemo(() => (wanted ? [{ preset, tokens: 1 }] : []), [wanted, preset]);
  const affordable = useAffordable(afford, charges, ledger.view);
  const closed = closedBecause({ status: state.engine.status, busy, draft: words, limit: limit ?? 0 }, tokens, online);

  useEffect(() => onAsked?.(drawn({ question, earlier })), [onAsked, question, earlier]);

  /** Send the draft, at its preset or another: as the levels it had, where these words went before. */
  const send = (at = preset) => {
    if (classifier === null || at === null) return;
    if (at !== preset) dispatch({ type: "preset-chosen", preset: at });
    // The same words are never drawn twice unasked: noise drawn twice is averaged away.
    const same = askedBefore(state, at);
    if (same === null) asking.ask(classifier, words, at);
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
    /** The draft without the space around it. */
    words,
    /** The draft goes as levels that it had before. */
    before,
    /** Whether it does at that preset. */
    wentAt: (name: string) => askedBefore(state, name) !== null,
    unchanged: isUnchanged(state),
    /** Why Send does nothing, or null. */
    blocked: closed ?? blockedByLedger(ledger.view, affordable),
    /** Why it does nothing at another preset, or null. */
    blockedAt: (name: string) =>
      closed ?? (askedBefore(state, name) === null ? blockedByLedger(ledger.view, affordable, name) : null),
    advice: before === null ? null : t("composer:sameAgain"),
    draft: useCallback((text: string) => dispatch({ type: "drafted", text }), []),
    choose: useCallback((name: string) => dispatch({ type: "preset-chosen", preset: name }), []),
    send,
    again: () => classifier !== null && question !== null && asking.again(classifier, question),
    drawAnew: () => classifier !== null && question !== null && asking.ask(classifier, question.text, question.preset),
    stop: asking.stop,
  };
}
