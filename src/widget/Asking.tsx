import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { textOf } from "../app/ask/answer.ts";
import { bitsAt } from "../app/ask/priced.ts";
import { initialAsk, type AskState } from "../app/ask/state.ts";
import { useAsk } from "../app/ask/useAsk.ts";
import { AskBar } from "../app/components/ask/AskMeter.tsx";
import { AskComposer } from "../app/components/ask/AskComposer.tsx";
import { AskReply, askAnnouncement } from "../app/components/ask/AskReply.tsx";
import type { Handed } from "../app/handed.ts";
import { useArrival } from "../app/hooks/useArrival.ts";
import type { Sdk } from "../app/sdk.ts";
import { atMost } from "../app/wording.ts";
import { Frame } from "./Frame.tsx";
import type { Link } from "./link.ts";
import type { Start } from "./start.ts";
import { useLinked } from "./useLinked.ts";
import { useStartPreset } from "./useStartPreset.ts";
import { useTold } from "./useTold.ts";
import "../app/styles/ask.css";

interface Props {
  readonly sdk: Sdk;
  /** Origin of the server: the frame's own. */
  readonly server: string;
  readonly start: Start;
  readonly link: Link;
  /** Whether another page holds this one. */
  readonly within: boolean;
  /** What was written before it was known that the bundle is asked. */
  readonly handed?: Handed;
  /** Where to begin; tests begin in the middle. */
  readonly state?: AskState;
}

/** Asking in small: a question, and what it is about. */
export function Asking({ sdk, server, start, link, within, handed, state: begin }: Props) {
  const { t } = useTranslation(["ask", "widget"]);
  const first = begin ?? { ...initialAsk, draft: handed?.text ?? "" };
  const ask = useAsk({ open: sdk.createClassifier, server, bundle: start.bundle, start: first });
  useArrival(handed?.arrival ?? null);
  const { state, classifier, priced } = ask;
  const { question, preset } = state;
  const { host } = useLinked(link);
  useStartPreset(classifier?.bundle.presets ?? null, preset, start.preset, ask.choose);

  const answered = question?.phase.step === "answered" ? question : null;
  const left = useMemo(() => {
    if (answered?.release == null || classifier === null) return null;
    return {
      key: `${answered.id}.${answered.sends}`,
      // So many rows, whatever was written: its length is not told here either.
      tokens: answered.release.levels.tokens,
      draws: [{ id: answered.release.draw.id, bits: bitsAt(classifier, answered.preset) }],
    };
  }, [answered, classifier]);
  useTold(host, left);

  const text = answered?.answer == null ? "" : textOf(answered.answer);
  const reply = answered?.release == null || text === "" ? null : { key: answered.release.draw.id, text };
  const failure = question?.phase.step === "failed" ? question.phase.failure : (question?.notAnew ?? null);
  return (
    <Frame
      link={link}
      within={within}
      online={ask.online}
      ledger={ask.ledger}
      engine={state.engine}
      failure={failure}
      stage={`${question?.id} ${start.preset}`}
      written={ask.words !== ""}
      reply={reply}
      status={askAnnouncement(question)}
      isTold={(name) => t("hostIsTold", { host: name })}
      onOwnPage={t("onOwnPage")}
      onUse={ask.draft}
      onEscape={ask.stop}
    >
      <AskComposer ask={ask}>
        {priced !== null && (
          <div className="widget-meter">
            <p data-testid="meter-sentence">
              {t("widget:tells", { bits: t("meterText", { bits: atMost(priced.cost.bits) }) })}
            </p>
            <AskBar priced={priced} />
          </div>
        )}
      </AskComposer>
      {question !== null && (
        // Scrolls, so that its height says nothing of the answer's; what scrolls must be reachable by keyboard.
        <div className="widget-reply" role="group" aria-label={t("widget:messageAndReply")} tabIndex={0}>
          <AskReply
            classifier={classifier}
            question={question}
            unchanged={ask.unchanged}
            anewBits={question.release === null ? null : bitsAt(classifier, question.preset)}
            onAgain={ask.again}
            onAnew={ask.drawAnew}
            onStop={ask.stop}
          />
        </div>
      )}
    </Frame>
  );
}
