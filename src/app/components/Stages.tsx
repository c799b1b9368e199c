import { useTranslation } from "react-i18next";
import { t } from "../i18n/i18n.ts";
import type { Turn } from "../state.ts";
import { counted } from "../wording.ts";

/** Where a message is, as three steps that say what each of them means. */
export function Stages({ turn }: { turn: Turn }) {
  useTranslation();
  const { phase, sends } = turn;
  if (phase.step === "failed" && phase.release === null) return null;
  const again = sends > 1;
  const answered =
    phase.step === "streaming" || phase.step === "ended" || (phase.step === "failed" && phase.reply !== "");
  const reached = phase.step === "releasing" ? 0 : answered ? 2 : 1;
  const names = [
    phase.step === "releasing" ? t("reply:drawing") : again ? t("reply:sameLevels") : t("reply:drawn"),
    sentName(turn, answered),
    answered ? outcome(turn) : t("reply:replyAhead"),
  ];
  return <StageList names={names} reached={reached} />;
}

/** Steps, and which of them it has come to. */
export function StageList({ names, reached }: { readonly names: readonly string[]; readonly reached: number }) {
  useTranslation();
  return (
    <ol className="stages" aria-label={t("reply:progress")}>
      {names.map((name, i) => (
        <li key={i} className={i < reached ? "is-past" : i === reached ? "is-now" : "is-ahead"}>
          {name}
        </li>
      ))}
    </ol>
  );
}

function sentName({ phase, sends }: Turn, answered: boolean): string {
  if (answered) return sends > 1 ? t("reply:sentAgain") : t("reply:sent");
  if (phase.step === "releasing") return t("reply:toSend");
  return phase.step === "failed" ? t("reply:noAnswer") : t("reply:waiting");
}

function outcome(turn: Turn): string {
  const { phase } = turn;
  if (phase.step === "failed") return t("reply:interrupted");
  if (phase.step !== "ended") return t("reply:writing");
  switch (phase.reason) {
    case "stop":
      return t("reply:endedByItself");
    case "length":
      return t("reply:endedAtLength");
    case "stopped":
      return t("reply:endedByYou");
  }
}

/** What a screen reader is told: each stage once, never the words as they arrive. */
export function announcement(turn: Turn | null): string {
  if (turn === null) return "";
  const { phase } = turn;
  switch (phase.step) {
    case "releasing":
      return t("reply:sayDrawing");
    case "sending":
      return turn.sends > 1 ? t("reply:saySameSent") : t("reply:saySent");
    case "streaming":
      return t("reply:sayArriving");
    case "ended":
      return t("reply:sayEnded", {
        ...counted(phase.reply.split(/\s+/).filter(Boolean).length),
        outcome: outcome(turn),
      });
    case "failed":
      // The notice is an alert and speaks for itself.
      return "";
  }
}
