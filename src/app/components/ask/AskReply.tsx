import { useEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Classifier, GistRelease } from "../../../sdk/gist/types.ts";
import { readingOf, textOf } from "../../ask/answer.ts";
import { rowsOf } from "../../ask/shown.ts";
import { isBusy, isUnanswered, type Question } from "../../ask/state.ts";
import { REDUCED_MOTION, useMedia } from "../../hooks/useMedia.ts";
import { useReveal } from "../../hooks/useReveal.ts";
import { t } from "../../i18n/i18n.ts";
import { dissolveTime } from "../../motion.ts";
import { about, atMost, bytes } from "../../wording.ts";
import { CopyButton } from "../CopyButton.tsx";
import { DrawAnew } from "../DrawAnew.tsx";
import { Failed } from "../Failed.tsx";
import { Glyphs } from "../Glyphs.tsx";
import { FailureNotice } from "../Notice.tsx";
import { StageList } from "../Stages.tsx";
import { Answer } from "./Answer.tsx";
import { AskReceipt } from "./AskReceipt.tsx";

interface Props {
  /** Null while there is none, as after a reload of the bundle. */
  readonly classifier: Classifier | null;
  readonly question: Question;
  /** The draft is still the question that was asked. */
  readonly unchanged: boolean;
  /** Bits that drawing it anew would cost, at most. */
  readonly anewBits: number | null;
  readonly onAgain: () => void;
  /** Draw new levels for the same words, and send those. */
  readonly onAnew: () => void;
  readonly onStop: () => void;
}

/** What became of a question: the levels that left, and the answer to them. */
export function AskReply(props: Props) {
  const { t } = useTranslation(["ask", "reply"]);
  const { classifier, question, unchanged, onStop } = props;
  const { release, answer } = question;
  const still = useMedia(REDUCED_MOTION, true);
  const box = useRef<HTMLDivElement>(null);
  const busy = isBusy(question);
  const section = useRef<HTMLElement>(null);
  const { step } = question.phase;
  useEffect(() => {
    // The button that was pressed is gone: on to what came in its place. Who writes meanwhile is left alone, or is elsewhere altogether.
    if (document.activeElement !== document.body || !document.hasFocus()) return;
    const next = section.current?.querySelector<HTMLElement>(".button-stop, .reply-actions button");
    // Where the words have to change there is no button.
    (next ?? document.getElementById("text"))?.focus({ preventScroll: true });
  }, [step]);
  const pieces = release?.messageTokens ?? 0;
  // Not before the words have dissolved, which is above; and not before there is something to see.
  useReveal(box, answer === null ? null : question.id, still ? 0 : dissolveTime(pieces), still, 0.3);
  return (
    <section ref={section} className="reply" aria-labelledby="answer-title">
      <h2 className="visually-hidden" id="answer-title">
        {t("answer")}
      </h2>
      {release !== null && <Left key={question.id} question={question} release={release} moving={!still} />}
      <div className="reply-bar">
        <AskStages question={question} />
        {busy && (
          <button type="button" className="button button-stop" onClick={onStop} aria-keyshortcuts="Escape">
            {t("reply:stop")}
          </button>
        )}
      </div>
      {!unchanged && (
        <blockquote className="prose sent-text" dir="auto">
          {question.text}
        </blockquote>
      )}
      <div ref={box} className={busy ? "answer-box is-kept" : "answer-box"} aria-busy={busy}>
        {answer !== null && classifier !== null && (
          <Answer answer={answer} manifest={classifier.bundle} preset={question.preset} />
        )}
      </div>
      {answer !== null && !busy && question.phase.step !== "answered" && (
        <p className="aside-note">{t("earlierAnswer")}</p>
      )}
      <Outcome {...props} />
      {classifier !== null && release !== null && release.bundle === classifier.digest && !busy && (
        <AskReceipt key={release.draw.id} classifier={classifier} release={release} />
      )}
    </section>
  );
}

interface LeftProps {
  readonly question: Question;
  readonly release: GistRelease;
  readonly moving: boolean;
}

/** The one row of levels that left, as a small rectangle. */
function Left({ question, release: { levels, frame }, moving }: LeftProps) {
  const { t, i18n } = useTranslation("ask");
  const segments = useMemo(() => [levels], [levels]);
  const said = { levels: about(levels.levels.length), bytes: bytes(frame.length) };
  // Its name is in the language of the page.
  const tokens = useMemo(() => (i18n.language === "" ? [] : rowsOf(levels)), [levels, i18n.language]);
  return (
    <Glyphs
      tokens={tokens}
      segments={segments}
      moving={moving}
      caption={t(isUnanswered(question) ? "toLeave" : "left", said)}
    />
  );
}

/** Where a question is, as three steps. */
function AskStages({ question }: { readonly question: Question }) {
  useTranslation();
  const { phase, sends, release } = question;
  if (phase.step === "failed" && release === null) return null;
  const again = sends > 1;
  const answered = phase.step === "answered";
  const names = [
    phase.step === "releasing" ? t("reply:drawing") : again ? t("reply:sameLevels") : t("reply:drawn"),
    answered
      ? t(again ? "reply:sentAgain" : "reply:sent")
      : phase.step === "releasing"
        ? t("reply:toSend")
        : phase.step === "sending"
          ? t("reply:waiting")
          : t("reply:noAnswer"),
    answered ? t("ask:arrived") : t("ask:answer"),
  ];
  return <StageList names={names} reached={phase.step === "releasing" ? 0 : answered ? 2 : 1} />;
}

function Outcome({ question, anewBits, onAgain, onAnew }: Props) {
  const { t } = useTranslation(["ask", "reply"]);
  const { phase, answer, release, notAnew } = question;
  if (phase.step === "failed") {
    // That an answer of before stands above is said there.
    return <Failed failure={phase.failure} arrived={false} released={release !== null} onAgain={onAgain} />;
  }
  if (phase.step !== "answered" && phase.step !== "stopped") return null;
  return (
    <>
      {notAnew !== null && <FailureNotice failure={notAnew} />}
      {phase.step === "stopped" && <p className="aside-note">{t("stoppedSent")}</p>}
      <p className="reply-actions">
        <button type="button" className="button" onClick={onAgain}>
          {t("askAgain")}
        </button>
        <span className="aside-note">{t("reply:same")}</span>
        {answer !== null && <CopyButton text={textOf(answer)} label={t("copyAnswer")} />}
        {anewBits !== null && <DrawAnew cost={t("anewCost", { bits: atMost(anewBits) })} onAnew={onAnew} />}
      </p>
    </>
  );
}

/** What a screen reader is told: each stage once. */
export function askAnnouncement(question: Question | null): string {
  // It was said before; what is new is a notice, which is an alert.
  if (question !== null && question.notAnew !== null) return "";
  switch (question?.phase.step) {
    case "releasing":
      return t("reply:sayDrawing");
    case "sending":
      return question.sends > 1 ? t("reply:saySameSent") : t("reply:saySent");
    case "stopped":
      return t("ask:sayStopped");
    case "answered": {
      const reading = readingOf(question.answer?.labels ?? []);
      if (reading.kind === "sure") return t("ask:sayAnswered", { title: reading.labels[0].title });
      return t(reading.kind === "unsure" ? "ask:sayUnsure" : "ask:sayLost");
    }
    // The notice is an alert and speaks for itself.
    case "failed":
    case undefined:
      return "";
  }
}
