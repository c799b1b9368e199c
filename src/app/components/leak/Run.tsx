import { wayOut } from "../../failure.ts";
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
  const { status, failure } = state;
  if (status === "running") {
    return (
      <div className="reply-bar" aria-busy="true">
        <Readers state={state} />
        <button type="button" className="button button-stop" onClick={onStop} aria-keyshortcuts="Escape">
          Cancel
        </button>
      </div>
    );
  }
  if (status === "failed" && failure !== null) {
    const way = wayOut(failure);
    return (
      <FailureNotice failure={failure}>
        {arrived(state) !== null && <p>What a weaker reader read is below.</p>}
        {way === "edit" && <p>Change the text and look again.</p>}
        {way === "reload" && (
          <button type="button" className="button" onClick={() => window.location.reload()}>
            Reload the page
          </button>
        )}
        {way === "again" && (
          <button type="button" className="button" onClick={onAgain}>
            Try again
          </button>
        )}
      </FailureNotice>
    );
  }
  if (status === "stopped" && arrived(state) !== null) {
    return <p className="aside-note">Cancelled before the stronger readers were done: they read more than this.</p>;
  }
  return null;
}

/** For those who hear the page: that it began, and what came of it. */
export function leakAnnouncement(state: LeakState): string {
  switch (state.status) {
    case "running":
      return "Reading your message as the server could.";
    case "stopped":
      return "Cancelled.";
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
