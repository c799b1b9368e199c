import { useCallback, useMemo, useReducer } from "react";
import { useTranslation } from "react-i18next";
import { Composer } from "../app/components/Composer.tsx";
import { Loading } from "../app/components/Loading.tsx";
import { BitsMeter, meterText } from "../app/components/Meter.tsx";
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
import { freshTokens } from "../sdk/reuse.ts";
import type { Client, PromptToken, Release } from "../sdk/types.ts";
import { Frame } from "./Frame.tsx";
import type { Link } from "./link.ts";
import type { Start } from "./start.ts";
import { leftWith, shareable } from "./told.ts";
import { useLinked } from "./useLinked.ts";
import { useStartPreset } from "./useStartPreset.ts";
import { useTold } from "./useTold.ts";

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
  /** The bundle does not go on with texts: it is asked. */
  readonly onOtherTask: () => void;
}

/** Writing in small: a text, and the reply that goes on with it. */
export function Writing({ sdk, server, start, link, within, state: begin = initialState, onOtherTask }: Props) {
  const { t } = useTranslation("widget");
  const [state, dispatch] = useReducer(reduce, begin);
  const retry = useEngine(sdk.createClient, server, start.bundle, dispatch, onOtherTask);
  const online = useOnline();
  const { host } = useLinked(link);

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

  const presets = manifest?.presets ?? null;
  const choose = useCallback((name: string) => dispatch({ type: "preset-chosen", preset: name }), []);
  useStartPreset(presets, preset, start.preset, choose);

  const left = useMemo(() => {
    const found = leftWith(turn, state.earlier);
    if (found === null || manifest === null) return null;
    const draws = found.draws.map(({ id, charges }) => ({ id, bits: bitsOf(sdk, manifest, charges) }));
    return { ...found, draws };
  }, [sdk, manifest, turn, state.earlier]);
  useTold(host, left);

  const release = turn === null || !unchanged ? null : releaseOf(turn);
  const released = turn === null || release === null ? null : { id: turn.id, tokens: release.tokens.length };
  const reply = shareable(turn);
  const send = () => {
    if (client === null || message === null) return;
    // The same words are never drawn twice unasked: noise drawn twice is averaged away.
    if (unchanged && turn !== null) conversation.again(client, turn, state.basis);
    else conversation.send(client, message, state.basis);
  };

  return (
    <Frame
      link={link}
      within={within}
      online={online}
      ledger={ledger}
      engine={state.engine}
      failure={turn?.phase.step === "failed" ? turn.phase.failure : null}
      stage={`${turn?.id} ${start.preset}`}
      written={text.trim() !== ""}
      reply={reply}
      status={isBusy(turn) || reply !== null ? announcement(turn) : ""}
      isTold={(name) => t("hostIsTold", { host: name })}
      onOwnPage={t("onOwnPage")}
      onUse={(prompt) => dispatch({ type: "begun", text: prompt })}
      onEscape={conversation.stop}
    >
      <Composer
        engine={state.engine}
        draft={{ text, marks }}
        busy={isBusy(turn)}
        released={released}
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
            onChoose={choose}
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
    </Frame>
  );
}

const NONE: readonly PromptToken[] = [];

/** No words are marked here: there is no room for it. */
const UNMARKED: readonly string[] = [];
