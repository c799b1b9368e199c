import { useCallback, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { textOf } from "../../ask/answer.ts";
import { bitsAt } from "../../ask/priced.ts";
import { createRemembered, type Remembered } from "../../ask/remembered.ts";
import { shownLevels } from "../../ask/shown.ts";
import { drawnOf, initialAsk, type AskState, type Question } from "../../ask/state.ts";
import { useAsk } from "../../ask/useAsk.ts";
import { useLook } from "../../ask/useLook.ts";
import { commandsOf } from "../../commands/commands.ts";
import { useCommands } from "../../commands/useCommands.ts";
import { useArrival, type Arrival } from "../../hooks/useArrival.ts";
import { useMedia, WIDE } from "../../hooks/useMedia.ts";
import { UpdateNotice } from "../../pwa/UpdateNotice.tsx";
import { useShared } from "../../pwa/shared.ts";
import type { Sdk } from "../../sdk.ts";
import { settings, useSettings } from "../../settings/store.ts";
import { chooseTheme } from "../../theme.ts";
import { atMost } from "../../wording.ts";
import { Footer } from "../Footer.tsx";
import { Header } from "../Header.tsx";
import { Leaves } from "../Leaves.tsx";
import { NotHidden } from "../NotHidden.tsx";
import { Notices } from "../Notices.tsx";
import { Page } from "../Page.tsx";
import { MeterWaiting } from "../Panel.tsx";
import type { Chosen } from "../servers/ServersSheet.tsx";
import { Sheets, type SheetName } from "../Sheets.tsx";
import { Since } from "../Since.tsx";
import { Summary } from "../Summary.tsx";
import { AskComposer } from "./AskComposer.tsx";
import { AskBar, AskMeter } from "./AskMeter.tsx";
import { AskPreview } from "./AskPreview.tsx";
import { AskReply, askAnnouncement } from "./AskReply.tsx";
import { Examples } from "./Examples.tsx";
import "../../styles/ask.css";

interface Props {
  readonly sdk: Sdk;
  /** Origin of this page. */
  readonly own: string;
  /** Origin of the server, and the bundle it serves. */
  readonly server: string;
  readonly bundle: string;
  /** Whoever opened it was in the other view, or with another bundle, just now. */
  readonly arrival?: Arrival | null;
  /** What was written in the other view. */
  readonly draft?: string;
  /** What was asked here and elsewhere before. */
  readonly remembered?: Remembered;
  /** Another bundle was chosen in the sheet. */
  readonly onChoose?: (chosen: Chosen) => void;
  /** The bundle is not asked: it goes on with texts. */
  readonly onOtherTask?: () => void;
  /** Where to begin; tests begin in the middle. */
  readonly start?: AskState;
}

/** The page for a bundle that is asked what a message is about. */
export function AskPage(props: Props) {
  const { sdk, own, server, bundle, onOtherTask } = props;
  const { t } = useTranslation(["ask", "meter"]);
  const [remembered] = useState(() => props.remembered ?? createRemembered());
  const [begin] = useState(() => {
    const { preset } = settings.held().settings;
    return props.start ?? { ...initialAsk, preset, draft: props.draft ?? "", earlier: remembered.at(server, bundle) };
  });
  const onAsked = useCallback(
    (questions: readonly Question[]) => remembered.put(server, bundle, questions),
    [remembered, server, bundle],
  );
  const ask = useAsk({ open: sdk.createClassifier, server, bundle, onOtherTask, onAsked, start: begin });
  const { state, classifier, priced, busy, ledger, words } = ask;
  const { draft, preset, question } = state;
  const { sendWith: sendingKey, singleKeys } = useSettings();
  const [sheet, setSheet] = useState<SheetName | null>(null);
  const wide = useMedia(WIDE);
  const look = useLook(classifier, words, preset);
  useArrival(props.arrival ?? null);
  useShared((shared) => ask.draft(draft === "" ? shared : `${draft}\n${shared}`));

  const origin = classifier === null ? server : new URL(classifier.server).origin;
  const shown = shownLevels(state, ask.levels);
  const when = shown?.kind === "sent" ? "told" : words === "" ? "any" : "would";
  const meter =
    priced === null ? (
      <MeterWaiting>{t("waiting")}</MeterWaiting>
    ) : (
      <AskMeter
        priced={priced}
        when={when}
        drawn={drawnOf(state, words, (name) => bitsAt(classifier, name))}
        since={<Since view={ledger.view} server={origin} onHistory={() => setSheet("ledger")} />}
      />
    );

  const focus = () => document.getElementById("text")?.focus();
  const send = (at: string | null = preset) => {
    look.close();
    ask.send(at);
  };
  const pick = (text: string) => {
    ask.draft(text);
    // The list of examples is gone now, and on a phone the field was above it.
    focus();
  };
  const copied = question?.answer == null ? null : textOf(question.answer);
  const presets = useMemo(() => classifier?.bundle.presets.map(({ name }) => name) ?? [], [classifier]);
  const commands = commandsOf(
    {
      newConversation: null,
      searchConversations: null,
      exportConversations: null,
      settings: () => setSheet("settings"),
      storage: () => setSheet("storage"),
      servers: () => setSheet("servers"),
      ledger: classifier === null ? null : () => setSheet("ledger"),
      welcome: null,
      help: () => setSheet("help"),
      menu: () => setSheet("menu"),
      preview: classifier === null || words === "" ? null : look.look,
      send: ask.blocked === null ? () => send() : null,
      stop: busy ? ask.stop : null,
      regenerate: null,
      // Where copying is forbidden the button beside the answer says so.
      copyReply:
        copied === null || busy ? null : () => void navigator.clipboard.writeText(copied).catch(() => undefined),
      presets,
      choosePreset: ask.choose,
      chooseTheme,
      chooseLanguage: (language) => settings.update({ language }),
    },
    sendingKey,
  );
  useCommands(commands, singleKeys);

  return (
    <Page
      hydrated
      onEscape={() => (busy ? ask.stop() : look.stop())}
      onLook={() => words !== "" && look.look()}
      header={<Header onConversations={null} onMenu={() => setSheet("menu")} />}
      summary={
        !wide && (
          <Summary
            shown={
              priced === null
                ? null
                : { preset: priced.preset.name, text: t("meterText", { bits: atMost(priced.cost.bits) }) }
            }
            bar={priced !== null && <AskBar priced={priced} />}
            panel={meter}
          />
        )
      }
      title={t("heroTitle")}
      intro={t("hero")}
      panel={
        <>
          {wide && meter}
          <Leaves shown={shown} rowsOf="message" failure={ask.levels.failure} />
          <NotHidden items={[t("notHiddenThat"), t("notHiddenTopic"), t("notHiddenAnswer")]} />
        </>
      }
      after={
        <>
          <Footer client={classifier} kept={false} task="classify" onSheet={setSheet} />
          <UpdateNotice busy={busy} />
          <Sheets
            open={sheet}
            {...{ sdk, presets, own, bundle, commands }}
            client={classifier}
            introduced={null}
            server={origin}
            ledger={ledger.view}
            kept={null}
            keepsConversations={false}
            keeping={null}
            onChoose={props.onChoose ?? settings.update}
            onBegin={ask.stop}
            onSheet={setSheet}
          />
        </>
      }
    >
      <Notices online={ask.online} ledger={ledger} engine={state.engine} />
      <div className="paper">
        <AskComposer ask={{ ...ask, send }} />
        {classifier !== null && preset !== null && (
          <AskPreview
            manifest={classifier.bundle}
            text={words}
            preset={preset}
            look={look}
            wentAt={ask.wentAt}
            below={ask.before !== null && ask.before === question}
            blocked={ask.blocked}
            blockedAt={ask.blockedAt}
            onSend={send}
            onEdit={focus}
          />
        )}
        {question !== null && (
          <AskReply
            classifier={classifier}
            question={question}
            unchanged={ask.unchanged}
            anewBits={question.release === null ? null : bitsAt(classifier, question.preset)}
            onAgain={ask.again}
            onAnew={ask.drawAnew}
            onStop={ask.stop}
          />
        )}
      </div>
      {classifier !== null && <Examples manifest={classifier.bundle} tries={draft === "" && !busy} onPick={pick} />}
      <p className="aside-note">{t("keepsNothing")}</p>
      <p className="visually-hidden" role="status">
        {askAnnouncement(question)}
      </p>
    </Page>
  );
}
