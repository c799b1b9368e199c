import { useCallback, useEffect, useMemo, useReducer, useRef, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { Composer } from "../app/components/Composer.tsx";
import { LedgerNotice } from "../app/components/LedgerNotice.tsx";
import { Loading } from "../app/components/Loading.tsx";
import { BitsMeter, meterText } from "../app/components/Meter.tsx";
import { Notice } from "../app/components/Notice.tsx";
import { Presets } from "../app/components/Presets.tsx";
import { Reply } from "../app/components/Reply.tsx";
import { announcement } from "../app/components/Stages.tsx";
import { useAffordable } from "../app/hooks/useAffordable.ts";
import { useConversation } from "../app/hooks/useConversation.ts";
import { useReplyOptions } from "../app/hooks/useReplyOptions.ts";
import { useEngine } from "../app/hooks/useEngine.ts";
import { useInspection } from "../app/hooks/useInspection.ts";
import { useLedger } from "../app/hooks/useLedger.ts";
import { useOnline } from "../app/hooks/useOnline.ts";
import { blockedByLedger } from "../app/ledger/sentences.ts";
import { anew, bitsOf, costs, countsOf, DELTA } from "../app/privacy.ts";
import type { Sdk } from "../app/sdk.ts";
import { advice, blockedBecause, room } from "../app/sending.ts";
import { shownTokens } from "../app/shown.ts";
import { initialState, isBusy, isUnchanged, reduce, releaseOf, type State } from "../app/state.ts";
import { apart } from "../app/wording.ts";
import { freshTokens } from "../sdk/reuse.ts";
import type { Client, PromptToken, Release } from "../sdk/types.ts";
import type { Link } from "./link.ts";
import { startPreset } from "./permissions.ts";
import { OfferedPrompt, ShareReply } from "./Questions.tsx";
import type { Start } from "./start.ts";
import { lacking, leftWith, shareable, toldCode } from "./told.ts";
import { useHeight } from "./useHeight.ts";
import { useLook } from "./useLook.ts";

interface Props {
  readonly sdk: Sdk;
  /** Origin of the server: the frame's own. */
  readonly server: string;
  readonly start: Start;
  readonly link: Link;
  /** Whether another page holds this one. */
  readonly within: boolean;
  /** Where to begin; tests begin in the middle. */
  readonly state?: State;
}

/** The page in small, for the frame inside of another page. */
export function Widget({ sdk, server, start, link, within, state: begin = initialState }: Props) {
  const { t, i18n } = useTranslation(["widget", "common"]);
  const [state, dispatch] = useReducer(reduce, begin);
  const retry = useEngine(sdk, server, start.bundle, dispatch);
  const online = useOnline();
  const { host, permissions, theme, locale } = useSyncExternalStore(link.subscribe, link.current, link.current);
  useLook(theme, locale);

  const client = state.engine.status === "ready" ? state.engine.client : null;
  const manifest = client?.bundle ?? null;
  const { turn, draft: text, marks, preset } = state;
  const message = useMemo(() => (preset === null ? null : { text, marks, preset }), [text, marks, preset]);
  const inspection = useInspection(client, message, state.basis);
  const bits = useCallback(
    (of: Client, release: Release) => bitsOf(sdk, of.bundle, freshTokens(release.tokens)),
    [sdk],
  );
  const conversation = useConversation(dispatch, bits, useReplyOptions());
  const unchanged = isUnchanged(state);
  const tokens = shownTokens(state, inspection) ?? NONE;
  const counts = useMemo(() => countsOf(tokens), [tokens]);
  const ledger = useLedger(client?.ledger ?? null);
  const asked = manifest !== null && !unchanged && tokens.length <= room(manifest) ? tokens : NONE;
  const charges = useMemo(() => freshTokens(asked), [asked]);
  const affordable = useAffordable(client, charges, ledger.view);
  const blocked = blockedBecause(state, counts.total, online) ?? blockedByLedger(ledger.view, affordable);
  const priced = useMemo(() => {
    const chosen = manifest?.presets.find(({ name }) => name === preset);
    return manifest === null || chosen === undefined ? null : costs(sdk, manifest, chosen, tokens);
  }, [sdk, manifest, preset, tokens]);
  const anewBits = useMemo(() => {
    const release = turn === null ? null : releaseOf(turn);
    const all = release === null ? [] : anew(release.tokens);
    return manifest === null || all.length === 0 ? null : bitsOf(sdk, manifest, all);
  }, [sdk, manifest, turn]);

  // Once: afterwards the preset is the person's.
  const started = useRef(false);
  useEffect(() => {
    if (manifest === null || preset === null || started.current) return;
    started.current = true;
    const first = startPreset(manifest.presets, preset, start.preset);
    if (first !== preset) dispatch({ type: "preset-chosen", preset: first });
  }, [manifest, preset, start.preset]);

  const left = useMemo(() => leftWith(turn), [turn]);
  const told = useRef<string | null>(null);
  useEffect(() => {
    if (left === null || manifest === null || told.current === left.key) return;
    told.current = left.key;
    host?.tell({ type: "sent", tokens: left.tokens, bits: bitsOf(sdk, manifest, left.charges) });
  }, [sdk, host, manifest, left]);

  const failure =
    state.engine.status === "failed" ? state.engine.failure : turn?.phase.step === "failed" ? turn.phase.failure : null;
  useEffect(() => {
    if (failure !== null) host?.tell({ type: "error", code: toldCode(failure) });
  }, [host, failure]);

  const reply = shareable(turn);
  const box = useRef<HTMLElement>(null);
  const { offer } = permissions;
  const stage = [state.engine.status, offer?.id, turn?.id, reply?.key, permissions.shared, failure?.code, online];
  useHeight(host, box, [...stage, ledger.view.status, start.preset, i18n.language].join(" "));

  const send = () => {
    if (client === null || message === null) return;
    // The same words are never drawn twice unasked: noise drawn twice is averaged away.
    if (unchanged && turn !== null) conversation.again(client, turn, state.basis);
    else conversation.send(client, message, state.basis);
  };
  const use = (prompt: string, id: number) => {
    dispatch({ type: "begun", text: prompt });
    link.answer({ type: "accepted", offer: id });
    document.getElementById("text")?.focus();
  };
  const isolated = client?.engine.backend !== "wasm" || window.crossOriginIsolated;

  return (
    <main
      ref={box}
      className="widget"
      onKeyDown={(event) => {
        if (event.key === "Escape" && !event.nativeEvent.isComposing) conversation.stop();
      }}
    >
      <h1 className="visually-hidden">{t("title")}</h1>
      {!online && <Notice>{t("common:offline")}</Notice>}
      {ledger.view.status === "failed" && <LedgerNotice failure={ledger.view.failure} onRetry={ledger.reread} />}
      {offer !== null && host !== null && (
        <OfferedPrompt
          offer={offer}
          host={host.origin}
          written={text.trim() !== ""}
          onUse={() => use(offer.prompt, offer.id)}
          onDecline={() => link.answer({ type: "declined", offer: offer.id })}
        />
      )}
      <div className="paper">
        <Composer
          engine={state.engine}
          draft={{ text, marks }}
          turn={turn}
          unchanged={unchanged}
          presets={UNMARKED}
          wentOn={0}
          tokens={text.trim() === "" ? null : counts.total}
          limit={manifest === null ? null : room(manifest)}
          blocked={blocked}
          advice={advice(state, counts)}
          onDraft={(text, caret) => dispatch({ type: "drafted", text, caret })}
          onMark={() => undefined}
          onSend={send}
        >
          {manifest === null || preset === null ? (
            <Loading engine={state.engine} onRetry={retry} />
          ) : (
            <Presets
              manifest={manifest}
              chosen={preset}
              costOf={(name) => sdk.privacyCost(manifest, name, 1, DELTA, "token")}
              onChoose={(name) => dispatch({ type: "preset-chosen", preset: name })}
            />
          )}
          {priced !== null && (
            <div className="widget-meter">
              <p data-testid="meter-sentence">{t("tells", { bits: meterText(priced) })}</p>
              <BitsMeter costs={priced} />
            </div>
          )}
        </Composer>
        {turn !== null && (
          // Scrolls, so that its height says nothing of the reply's; what scrolls must be reachable by keyboard.
          <div className="widget-reply" role="group" aria-label={t("messageAndReply")} tabIndex={0}>
            <Reply
              client={client}
              turn={turn}
              unchanged={unchanged}
              anewBits={anewBits}
              onAgain={() => client !== null && conversation.again(client, turn, state.basis)}
              onAnew={() => client !== null && conversation.send(client, turn, null)}
              onGoOn={null}
              onStop={conversation.stop}
            />
          </div>
        )}
        {reply !== null && host !== null && (
          <ShareReply
            key={reply.key}
            name={reply.key}
            host={host.origin}
            shared={permissions.shared === reply.key}
            onShare={() => {
              host.tell({ type: "reply", text: reply.text });
              link.answer({ type: "shared", reply: reply.key });
            }}
          />
        )}
      </div>
      <p className="visually-hidden" role="status">
        {isBusy(turn) || reply !== null ? announcement(turn) : ""}
      </p>
      <ul className="widget-notes">
        {host !== null && <li>{t("hostIsTold", { host: apart(host.origin) })}</li>}
        {lacking(isolated, within).map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
    </main>
  );
}

const NONE: readonly PromptToken[] = [];

/** No words are marked here: there is no room for it. */
const UNMARKED: readonly string[] = [];
