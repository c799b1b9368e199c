import { useRef } from "react";
import { REDUCED_MOTION, useMedia } from "../hooks/useMedia.ts";
import { useReveal } from "../hooks/useReveal.ts";
import { wayOut } from "../failure.ts";
import { dissolveTime } from "../motion.ts";
import { isBusy, isUnanswered, releaseOf, replyOf, type Turn } from "../state.ts";
import { FailureNotice } from "./Notice.tsx";
import { Glyphs } from "./Glyphs.tsx";
import { Stages } from "./Stages.tsx";

interface Props {
  readonly turn: Turn;
  /** The draft is still the text that was sent. */
  readonly unchanged: boolean;
  readonly onAgain: () => void;
  readonly onStop: () => void;
}

/** What became of a message: the levels that left, and the reply to them. */
export function Reply({ turn, unchanged, onAgain, onStop }: Props) {
  const text = useRef<HTMLDivElement>(null);
  const still = useMedia(REDUCED_MOTION, true);
  const release = releaseOf(turn);
  const reply = replyOf(turn);
  const busy = isBusy(turn);
  // Not before the words have dissolved: that is above.
  useReveal(
    text,
    release === null ? null : turn.id,
    release === null || still ? 0 : dissolveTime(release.tokens.length),
    still,
  );

  return (
    <section className="reply" aria-label="Reply">
      {release !== null && <Glyphs key={turn.id} release={release} answered={!isUnanswered(turn)} moving={!still} />}
      <div className="reply-bar">
        <Stages turn={turn} />
        {busy && (
          <button type="button" className="button button-stop" onClick={onStop} aria-keyshortcuts="Escape">
            Stop
          </button>
        )}
      </div>
      {!unchanged && <blockquote className="prose sent-text">{turn.text}</blockquote>}
      <div ref={text} className="prose reply-text" aria-busy={busy} data-testid="reply-text">
        {reply.trimStart()}
        {busy && <span className="caret" aria-hidden="true" />}
      </div>
      <Outcome turn={turn} onAgain={onAgain} />
    </section>
  );
}

const SAME = "The same noised levels, no new cost.";

function Outcome({ turn, onAgain }: { turn: Turn; onAgain: () => void }) {
  const { phase } = turn;
  if (phase.step === "ended") {
    return (
      <p className="reply-actions">
        {/* Who stopped the reply by keyboard stood on a button that is gone. */}
        <button type="button" className="button" onClick={onAgain} autoFocus={phase.reason === "stopped"}>
          Regenerate
        </button>
        <span className="aside-note">{SAME}</span>
      </p>
    );
  }
  if (phase.step !== "failed") return null;
  const way = wayOut(phase.failure);
  return (
    <FailureNotice failure={phase.failure}>
      {phase.reply !== "" && <p>What arrived before is above.</p>}
      <p className="reply-actions">
        {way === "edit" && "Change the text and send it again."}
        {way === "reload" && (
          <button type="button" className="button" onClick={() => window.location.reload()}>
            Reload the page
          </button>
        )}
        {way === "again" && (
          <>
            <button type="button" className="button" onClick={onAgain}>
              Try again
            </button>
            <span className="aside-note">{phase.release === null ? "Nothing was sent." : SAME}</span>
          </>
        )}
      </p>
    </FailureNotice>
  );
}
