import { useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Client, Release } from "../../sdk/types.ts";
import { REDUCED_MOTION, useMedia } from "../hooks/useMedia.ts";
import { useReveal } from "../hooks/useReveal.ts";
import { t } from "../i18n/i18n.ts";
import { dissolveTime } from "../motion.ts";
import { atMost, bytes, tokens } from "../wording.ts";
import { isBusy, isUnanswered, releaseOf, replyOf, type Turn } from "../state.ts";
import { CopyButton } from "./CopyButton.tsx";
import { DrawAnew } from "./DrawAnew.tsx";
import { Failed } from "./Failed.tsx";
import { Glyphs } from "./Glyphs.tsx";
import { Receipt } from "../late/parts.ts";
import { Stages } from "./Stages.tsx";

interface Props {
  /** Null while there is none, as after a reload of the bundle. */
  readonly client: Client | null;
  readonly turn: Turn;
  /** The draft is still the text that was sent. */
  readonly unchanged: boolean;
  /** Bits that drawing all of it anew would cost, at most; null where nothing of it is drawn. */
  readonly anewBits: number | null;
  readonly onAgain: () => void;
  /** Draw new levels for all of it, and send those. */
  readonly onAnew: () => void;
  /** Take the reply into the draft; null where the draft is another text. */
  readonly onGoOn: (() => void) | null;
  readonly onStop: () => void;
}

/** What became of a message: the levels that left, and the reply to them. */
export function Reply(props: Props) {
  const { t } = useTranslation("reply");
  const { client, turn, unchanged, onStop } = props;
  const text = useRef<HTMLDivElement>(null);
  const still = useMedia(REDUCED_MOTION, true);
  const release = releaseOf(turn);
  const reply = replyOf(turn);
  // A reply that was asked for again stays until something has taken its place.
  const waiting = reply === "" && turn.kept !== "";
  const busy = isBusy(turn);
  // Not before the words have dissolved: that is above.
  useReveal(
    text,
    release === null ? null : turn.id,
    release === null || still ? 0 : dissolveTime(release.tokens.length),
    still,
  );

  return (
    <section className="reply" aria-label={t("title")}>
      {release !== null && (
        <Glyphs
          key={turn.id}
          tokens={release.tokens}
          segments={release.segments}
          moving={!still}
          caption={whatLeft(release, !isUnanswered(turn))}
        />
      )}
      <div className="reply-bar">
        <Stages turn={turn} />
        {busy && (
          <button type="button" className="button button-stop" onClick={onStop} aria-keyshortcuts="Escape">
            {t("stop")}
          </button>
        )}
      </div>
      {!unchanged && (
        <blockquote className="prose sent-text" dir="auto">
          {turn.text}
        </blockquote>
      )}
      {turn.kept !== "" && reply !== "" && turn.phase.step !== "streaming" && (
        <div className="kept">
          <p className="small-title">{t("replyBefore")}</p>
          <p className="prose sent-text" lang={client?.bundle.language} dir="auto">
            {turn.kept.trimStart()}
          </p>
        </div>
      )}
      <div
        ref={text}
        className={waiting ? "prose reply-text is-kept" : "prose reply-text"}
        lang={client?.bundle.language}
        dir="auto"
        aria-busy={busy}
        data-testid="reply-text"
      >
        {(waiting ? turn.kept : reply).trimStart()}
        {busy && <span className="caret" aria-hidden="true" />}
      </div>
      {waiting && !busy && <p className="aside-note">{t("noNewReply")}</p>}
      <Outcome {...props} />
      {client !== null && release !== null && release.bundle === client.digest && !busy && (
        <Receipt key={`receipt ${turn.id}`} client={client} release={release} of={turn} />
      )}
    </section>
  );
}

function Outcome({ turn, anewBits, onAgain, onAnew, onGoOn }: Props) {
  const { t } = useTranslation(["reply", "conversations"]);
  const { phase } = turn;
  if (phase.step === "ended") {
    return (
      <p className="reply-actions">
        {onGoOn !== null && (
          <button type="button" className="button" onClick={onGoOn}>
            {t("goOn")}
          </button>
        )}
        {/* Who stopped the reply by keyboard stood on a button that is gone. */}
        <button type="button" className="button" onClick={onAgain} autoFocus={phase.reason === "stopped"}>
          {t("regenerate")}
        </button>
        <span className="aside-note">{t("same")}</span>
        {phase.reply !== "" && <CopyButton text={phase.reply.trim()} label={t("conversations:copyReply")} />}
        {anewBits !== null && <DrawAnew cost={t("anewCost", { bits: atMost(anewBits) })} onAnew={onAnew} />}
      </p>
    );
  }
  if (phase.step !== "failed") return null;
  return (
    <Failed failure={phase.failure} arrived={phase.reply !== ""} released={phase.release !== null} onAgain={onAgain} />
  );
}

/** In place of the words: so many tokens, so many bytes. */
function whatLeft({ tokens: all, sizes }: Release, answered: boolean): string {
  const open = all.filter(({ preset }) => preset === null).length;
  const said = { tokens: tokens(all.length - open), bytes: bytes(sizes.frame) };
  return open > 0
    ? t(answered ? "reply:leftBeside" : "reply:toLeaveBeside", { ...said, open: tokens(open) })
    : t(answered ? "reply:left" : "reply:toLeave", said);
}
