import { useTranslation } from "react-i18next";
import { wayOut } from "../../failure.ts";
import { t } from "../../i18n/i18n.ts";
import { leakSentence } from "../../leak/sentences.ts";
import { readWords, tallyOf } from "../../leak/reading.ts";
import { arrived, type LeakState } from "../../leak/state.ts";
import { FailureNotice } from "../Notice.tsx";
import { Readers } from "./Result.tsx";

interface Props {
  readonly state: LeakState;
  readonly onStop: () => void;
  readonly onAgain: () => void;
}

/** What is going on: readers at work, stopped, or failed with a way out. */
export function Run({ state, onStop, onAgain }: Props) {
  useTranslation();
  const { status, failure } = state;
  if (status === "running") {
    return (
      <div className="reply-bar" aria-busy="true">
        <Readers state={state} />
        <button type="button" className="button button-stop" onClick={onStop} aria-keyshortcuts="Escape">
          {t("common:cancel")}
        </button>
      </div>
    );
  }
  if (status === "failed" && failure !== null) {
    const way = wayOut(failure);
    return (
      <FailureNotice failure={failure}>
        {arrived(state) !== null && <p>{t("leak:weakerBelow")}</p>}
        {way === "edit" && <p>{t("leak:changeAndLook")}</p>}
        {way === "reload" && (
          <button type="button" className="button" onClick={() => window.location.reload()}>
            {t("common:reload")}
          </button>
        )}
        {way === "again" && (
          <button type="button" className="button" onClick={onAgain}>
            {t("common:tryAgain")}
          </button>
        )}
      </FailureNotice>
    );
  }
  if (status === "stopped" && arrived(state) !== null) {
    return <p className="aside-note">{t("leak:cancelledBefore")}</p>;
  }
  return null;
}

/** For those who hear the page: that it began, and what came of it. */
export function leakAnnouncement(state: LeakState): string {
  switch (state.status) {
    case "running":
      return t("leak:sayRunning");
    case "stopped":
      return t("leak:sayStopped");
    case "closed":
    case "failed":
      return "";
    case "done": {
      const shown = state.shown;
      if (shown === null) return "";
      return leakSentence(tallyOf(readWords(shown.reading, shown.of.text), shown.reading.draws));
    }
  }
}
