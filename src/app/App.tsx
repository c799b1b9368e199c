import { useCallback, useMemo, useReducer, useState } from "react";
import { useTranslation } from "react-i18next";
import { freshTokens } from "../sdk/reuse.ts";
import type { Client, PromptToken, Release } from "../sdk/types.ts";
import { commandsOf } from "./commands/commands.ts";
import { useCommands } from "./commands/useCommands.ts";
import { Composer } from "./components/Composer.tsx";
import { Earlier } from "./components/Earlier.tsx";
import { Footer } from "./components/Footer.tsx";
import { Header } from "./components/Header.tsx";
import { Leaves } from "./components/Leaves.tsx";
import { Loading } from "./components/Loading.tsx";
import { BitsMeter, meterText } from "./components/Meter.tsx";
import { NotHidden, notHiddenOf } from "./components/NotHidden.tsx";
import { FailureNotice, Notice } from "./components/Notice.tsx";
import { Notices } from "./components/Notices.tsx";
import { Openings } from "./components/Openings.tsx";
import { Page } from "./components/Page.tsx";
import { MeterPanel, type Priced } from "./components/Panel.tsx";
import { Presets } from "./components/Presets.tsx";
import { Reply } from "./components/Reply.tsx";
import type { Chosen } from "./components/servers/ServersSheet.tsx";
import { Sheets, type SheetName } from "./components/Sheets.tsx";
import { announcement } from "./components/Stages.tsx";
import { Summary } from "./components/Summary.tsx";
import { Tokens } from "./components/Tokens.tsx";
import type { KeptConversations } from "./conversations/kept.ts";
import { useAffordable } from "./hooks/useAffordable.ts";
import { useArrival, type Arrival } from "./hooks/useArrival.ts";
import { useConversation } from "./hooks/useConversation.ts";
import { useEngine } from "./hooks/useEngine.ts";
import { useHydrated } from "./hooks/useHydrated.ts";
import { useInspection } from "./hooks/useInspection.ts";
import { useKeeping } from "./hooks/useKeeping.ts";
import { useKept } from "./hooks/useKept.ts";
import { useLater } from "./hooks/useLater.ts";
import { useLedger } from "./hooks/useLedger.ts";
import { useMedia, WIDE } from "./hooks/useMedia.ts";
import { useOnline } from "./hooks/useOnline.ts";
import { usePreview } from "./hooks/usePreview.ts";
import { useReplyOptions } from "./hooks/useReplyOptions.ts";
import { LeakPreview, Since } from "./late/parts.ts";
import { blockedByLedger } from "./ledger/sentences.ts";
import { anew, bitsOf, costs, countsOf, DELTA } from "./privacy.ts";
import { useShared } from "./pwa/shared.ts";
import { UpdateNotice } from "./pwa/UpdateNotice.tsx";
import type { Sdk } from "./sdk.ts";
import { advice, blockedBecause, room } from "./sending.ts";
import { settings, useSettings } from "./settings/store.ts";
import { shownLevels, shownTokens } from "./shown.ts";
import { canGoOn, initialState, isBusy, isUnchanged, reduce, releaseOf, replyOf, type State } from "./state.ts";
import { chooseTheme } from "./theme.ts";

interface Props {
  readonly sdk: Sdk;
  /** Origin of this page; the server's, where none is given. */
  readonly own?: string;
  /** Origin of the server, and the bundle it serves. */
  readonly server: string;
  readonly bundle: string;
  /** Loads what keeps conversations, null where the person keeps none. */
  readonly loadConversations?: (() => Promise<KeptConversations>) | null;
  /** Where to begin; tests begin in the middle. */
  readonly start?: State;
  /** Whoever opened it was in the other view, or with another bundle, just now. */
  readonly arrival?: Arrival | null;
  /** Another view was here before it: there is no picture of the page to take over. */
  readonly follows?: boolean;
  /** Another bundle was chosen in the sheet. */
  readonly onChoose?: (chosen: Chosen) => void;
  /** The bundle does not go on with texts: it is asked. */
  readonly onOtherTask?: () => void;
}

/** The page. */
export function App(props: Props) {
  const { sdk, server, own = server, bundle, loadConversations = null, start = initialState } = props;
  const [state, dispatch] = useReducer(reduce, start);
  const { t } = useTranslation(["conversations", "common"]);
  const retry = useEngine(sdk.createClient, server, bundle, dispatch, props.onOtherTask);
  useArrival(props.arrival ?? null);
  const online = useOnline();
  const hydrated = useHydrated(props.follows ?? false);
  const wide = useMedia(WIDE);

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
  const kept = useKept(loadConversations, client);
  const keeping = useKeeping(kept, client, state, dispatch);
  const { welcomed, sendWith: sendingKey, singleKeys } = useSettings();
  const [chosenSheet, setSheet] = useState<SheetName | null>(null);
  // The first visit begins with what this is, once this device can show it; never over somebody who has begun to write.
  const [hasWritten, setHasWritten] = useState(false);
  if (text !== "" && !hasWritten) setHasWritten(true);
  const introduces = useLater(!welcomed && client !== null && !hasWritten, LOOKS_AROUND);
  const sheet = chosenSheet ?? (introduces ? "welcome" : null);
  const [opened, setOpened] = useState(false);
  const begin = () => {
    conversation.stop();
    keeping.begin();
    setOpened(false);
    document.getElementById("text")?.focus();
  };
  const openConversation = (id: string) => {
    conversation.stop();
    setOpened(true);
    void keeping.open(id);
  };

  const unchanged = isUnchanged(state);
  const tokens = shownTokens(state, inspection);
  const shown = shownLevels(state, inspection);
  const counts = useMemo(() => (tokens === null ? null : countsOf(tokens)), [tokens]);
  const priced = usePriced(sdk, state, tokens ?? NONE, shown?.kind === "sent");
  const presets = useMemo(() => manifest?.presets.map(({ name }) => name) ?? [], [manifest]);
  const [wentOn, setWentOn] = useState(0);

  const ledger = useLedger(client?.ledger ?? null);
  const origin = client === null ? server : new URL(client.server).origin;
  // What cannot be sent for its length is not asked about.
  const asked = manifest !== null && tokens !== null && !unchanged && tokens.length <= room(manifest) ? tokens : NONE;
  const charges = useMemo(() => freshTokens(asked), [asked]);
  const affordable = useAffordable(client, charges, ledger.view);
  const preview = usePreview(client, message, state.basis, !isBusy(turn) && !unchanged);
  const closed = blockedBecause(state, counts?.total ?? null, online);
  const blocked = closed ?? blockedByLedger(ledger.view, affordable);
  const openHistory = () => setSheet("ledger");
  const since = <Since view={ledger.view} server={origin} onHistory={openHistory} />;

  const draft = useCallback((text: string, caret: number) => dispatch({ type: "drafted", text, caret }), []);
  useShared((shared) => {
    const all = text === "" ? shared : `${text}\n${shared}`;
    draft(all, all.length);
  });
  const beginWith = (text: string) => {
    dispatch({ type: "begun", text });
    // The list of openings is gone now, and on a phone the field was above it.
    document.getElementById("text")?.focus();
  };
  const send = () => {
    if (client === null || message === null) return;
    preview.close();
    // The same words are never drawn twice unasked: noise drawn twice is averaged away.
    if (unchanged && turn !== null) conversation.again(client, turn, state.basis);
    else conversation.send(client, message, state.basis);
  };
  const sendWith = (preset: string) => {
    if (client === null || message === null) return;
    if (preset === message.preset) {
      send();
      return;
    }
    preview.close();
    dispatch({ type: "preset-chosen", preset });
    conversation.send(client, { ...message, preset }, state.basis);
  };
  const again = () => {
    if (client !== null && turn !== null) conversation.again(client, turn, state.basis);
  };
  const drawAnew = () => {
    if (client !== null && turn !== null) conversation.send(client, turn, null);
  };
  const goOn = () => {
    dispatch({ type: "went-on" });
    setWentOn((times) => times + 1);
  };
  const anewBits = useMemo(() => {
    const release = turn === null ? null : releaseOf(turn);
    const charges = release === null ? [] : anew(release.tokens);
    return manifest === null || charges.length === 0 ? null : bitsOf(sdk, manifest, charges);
  }, [sdk, manifest, turn]);
  const atPresets = useMemo(() => {
    const found = inspection.counted?.atPresets;
    if (manifest === null || found === undefined || counts === null || counts.total > room(manifest)) return null;
    return found.map((at) => ({ preset: at.preset, bits: bitsOf(sdk, manifest, at.charges) }));
  }, [sdk, manifest, inspection.counted, counts]);
  const busy = isBusy(turn);
  const reply = turn === null ? "" : replyOf(turn).trim();
  const commands = commandsOf(
    {
      newConversation: begin,
      searchConversations: () => setSheet("search"),
      exportConversations: loadConversations === null ? null : () => setSheet("conversations"),
      settings: () => setSheet("settings"),
      storage: () => setSheet("storage"),
      servers: () => setSheet("servers"),
      ledger: client === null ? null : openHistory,
      welcome: manifest === null ? null : () => setSheet("welcome"),
      help: () => setSheet("help"),
      menu: () => setSheet("menu"),
      preview: message === null || text.trim() === "" ? null : preview.look,
      send: blocked === null ? send : null,
      stop: busy ? conversation.stop : null,
      regenerate: turn !== null && !busy && releaseOf(turn) !== null ? again : null,
      // Where copying is forbidden the button beside the reply says so.
      copyReply: reply === "" || busy ? null : () => void navigator.clipboard.writeText(reply).catch(() => undefined),
      presets,
      choosePreset: (name) => dispatch({ type: "preset-chosen", preset: name }),
      chooseTheme,
      chooseLanguage: (language) => settings.update({ language }),
    },
    sendingKey,
  );
  useCommands(commands, singleKeys);

  const release = turn === null ? null : releaseOf(turn);
  const meter = <MeterPanel priced={priced} spent={state} since={since} />;

  return (
    <Page
      hydrated={hydrated}
      onEscape={() => (busy ? conversation.stop() : preview.stop())}
      onLook={preview.look}
      header={<Header onConversations={() => setSheet("conversations")} onMenu={() => setSheet("menu")} />}
      summary={
        (!wide || !hydrated) && (
          <Summary
            shown={priced === null ? null : { preset: priced.preset.name, text: meterText(priced.costs) }}
            bar={priced !== null && <BitsMeter costs={priced.costs} />}
            panel={meter}
          />
        )
      }
      title={t("common:heroTitle")}
      intro={t("common:hero")}
      panel={
        <>
          {(wide || !hydrated) && meter}
          {manifest !== null && tokens !== null && (
            <Tokens
              manifest={manifest}
              tokens={tokens}
              bitsAt={(name) => sdk.privacyCost(manifest, name, 1, DELTA, "token").bits}
              atPresets={atPresets}
            />
          )}
          <Leaves shown={shown} failure={inspection.failure} />
          <NotHidden items={notHiddenOf(counts, isMixed(tokens ?? NONE))} />
        </>
      }
      after={
        <>
          {/* As in the picture of the page, which knows no settings, until that has been taken over. */}
          <Footer client={client} kept={loadConversations !== null || !hydrated} onSheet={setSheet} />
          <UpdateNotice busy={busy} />
          <Sheets
            open={sheet}
            {...{ sdk, client, presets, own, bundle, kept, keeping, commands }}
            introduced={manifest === null ? null : { manifest, client, preset }}
            server={origin}
            ledger={ledger.view}
            keepsConversations={loadConversations !== null}
            onOpenConversation={openConversation}
            onChoose={props.onChoose ?? settings.update}
            onBegin={begin}
            onSheet={setSheet}
          />
        </>
      }
    >
      <Notices online={online} ledger={ledger} engine={state.engine} />
      <div className="paper">
        <Composer
          readOnly={!hydrated}
          engine={state.engine}
          draft={{ text, marks }}
          busy={busy}
          released={
            turn !== null && release !== null && unchanged ? { id: turn.id, tokens: release.tokens.length } : null
          }
          presets={presets}
          wentOn={wentOn}
          tokens={text.trim() === "" ? null : (counts?.total ?? null)}
          limit={manifest === null ? null : room(manifest)}
          blocked={blocked}
          advice={advice(state, counts)}
          onDraft={draft}
          onMark={(selection, treatment) => dispatch({ type: "marked", ...selection, treatment })}
          onSend={send}
        >
          {manifest === null || state.preset === null ? (
            <Loading engine={state.engine} onRetry={retry} />
          ) : (
            <Presets
              manifest={manifest}
              chosen={state.preset}
              costOf={(preset) => sdk.privacyCost(manifest, preset, 1, DELTA, "token")}
              onChoose={(preset) => dispatch({ type: "preset-chosen", preset })}
            />
          )}
        </Composer>
        {manifest !== null && message !== null && (
          <LeakPreview
            manifest={manifest}
            message={message}
            preview={preview}
            unchanged={unchanged && release !== null}
            again={(counts?.again ?? 0) > 0}
            blocked={blocked}
            blockedAt={(stronger) => closed ?? blockedByLedger(ledger.view, affordable, stronger)}
            onSend={sendWith}
            onEdit={() => document.getElementById("text")?.focus()}
          />
        )}
        {turn !== null && (
          <Reply
            client={client}
            turn={turn}
            unchanged={unchanged}
            anewBits={anewBits}
            onAgain={again}
            onAnew={drawAnew}
            onGoOn={canGoOn(state) ? goOn : null}
            onStop={conversation.stop}
          />
        )}
      </div>
      {text === "" && !busy && <Openings onPick={beginWith} />}
      {keeping.elsewhere !== null && (
        <Notice>{t("elsewhere", { server: keeping.elsewhere.server, bundle: keeping.elsewhere.bundle.id })}</Notice>
      )}
      {keeping.failure !== null && (
        <FailureNotice failure={keeping.failure}>
          <p>{t("notKept")}</p>
        </FailureNotice>
      )}
      <Earlier
        key={keeping.id}
        turns={state.earlier}
        kept={loadConversations !== null}
        open={opened}
        turn={turn}
        onEdit={(earlier) => {
          dispatch({ type: "rewritten", turn: earlier });
          document.getElementById("text")?.focus();
        }}
      />
      <p className="visually-hidden" role="status">
        {announcement(turn)}
      </p>
    </Page>
  );
}

const NONE: readonly PromptToken[] = [];

/** How long a newcomer has the page to themselves, in milliseconds. */
const LOOKS_AROUND = 2000;

/** Its tokens are treated in more than one way, which their segments show to the server. */
function isMixed(tokens: readonly PromptToken[]): boolean {
  return new Set(tokens.map(({ preset }) => preset)).size > 1;
}

/** The meter's numbers. Computed when the bundle, the preset or the count changes, not with every keystroke. */
function usePriced(sdk: Sdk, state: State, tokens: readonly PromptToken[], sent: boolean): Priced | null {
  const manifest = state.engine.status === "ready" ? state.engine.client.bundle : null;
  const preset = manifest?.presets.find((candidate) => candidate.name === state.preset) ?? null;
  const found = useMemo(
    () => (manifest === null || preset === null ? null : costs(sdk, manifest, preset, tokens)),
    [sdk, manifest, preset, tokens],
  );
  if (manifest === null || preset === null || found === null) return null;
  return { manifest, preset, costs: found, sent };
}
