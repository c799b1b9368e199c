import { useTranslation } from "react-i18next";
import { isBusy, replyOf, type Turn } from "../state.ts";
import { title } from "../wording.ts";
import { CopyButton } from "./CopyButton.tsx";

interface Props {
  readonly turns: readonly Turn[];
  /** They outlive the tab. */
  readonly kept: boolean;
  /** Of a conversation that was opened: they are what was asked for. */
  readonly open: boolean;
  /** The message that is shown, whose reply may still be coming. */
  readonly turn: Turn | null;
  readonly onEdit: (turn: Turn) => void;
}

/** Messages of this conversation before the one that is shown. */
export function Earlier({ turns, kept, open, turn, onEdit }: Props) {
  const { t } = useTranslation("conversations");
  if (turns.length === 0) return null;
  return (
    <details className="earlier" open={open}>
      <summary>{t("earlier", { count: turns.length })}</summary>
      <p className="aside-note">{kept ? t("earlierKept") : t("earlierTab")}</p>
      <ol>
        {turns.map((earlier) => (
          <li key={earlier.id}>
            <p className="prose" dir="auto">
              <span className="sent-text">{earlier.text}</span> {replyOf(earlier).trimStart()}
            </p>
            <p className="reply-actions">
              <span className="aside-note">{title(earlier.preset)}</span>
              <CopyButton text={copied(earlier)} label={t("copy")} />
              {!isBusy(turn) && (
                <button type="button" className="button button-quiet" onClick={() => onEdit(earlier)}>
                  {t("edit")}
                </button>
              )}
            </p>
          </li>
        ))}
      </ol>
    </details>
  );
}

/** The message and its reply, as one text. */
export function copied(turn: Turn): string {
  const reply = replyOf(turn);
  return /\s$/.test(turn.text) || reply === "" ? turn.text + reply.trimStart() : turn.text + reply;
}
