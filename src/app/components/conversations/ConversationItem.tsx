import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { ConversationSummary, Match, Range } from "../../../sdk/conversations.ts";
import { language } from "../../i18n/i18n.ts";

interface Props {
  readonly summary: ConversationSummary;
  readonly matches: readonly Match[];
  /** It is the one that is open. */
  readonly current: boolean;
  readonly onOpen: () => void;
  readonly onRename: (title: string) => void;
  readonly onDelete: () => void;
}

/** One conversation in the list: its title, when, and what a query found in it. */
export function ConversationItem({ summary, matches, current, onOpen, onRename, onDelete }: Props) {
  const { t } = useTranslation("conversations");
  const { t: common } = useTranslation("common");
  const [renaming, setRenaming] = useState(false);
  const { title, updated, turns } = summary;
  const inTitle = matches.find((match) => match.in.part === "title");
  const inText = matches.find((match) => match.in.part !== "title");

  if (renaming) {
    return (
      <li className="conversation-item">
        <RenameForm
          title={title}
          onDone={(next) => {
            setRenaming(false);
            if (next !== null) onRename(next);
          }}
        />
      </li>
    );
  }
  return (
    <li className="conversation-item" data-current={current}>
      <button type="button" className="conversation-open" aria-current={current ? "true" : undefined} onClick={onOpen}>
        <bdi className="conversation-title">{inTitle === undefined ? title : <Marked match={inTitle} />}</bdi>
        {inText !== undefined && (
          <bdi className="conversation-found">
            <Marked match={around(inText)} />
          </bdi>
        )}
        <span className="aside-note">
          <time dateTime={new Date(updated).toISOString()}>{when(updated)}</time> · {t("turns", { count: turns })}
          {current && <> · {t("current")}</>}
        </span>
      </button>
      <div className="conversation-actions">
        <button
          type="button"
          className="link-button"
          aria-label={t("renameOf", { title })}
          onClick={() => setRenaming(true)}
        >
          {t("rename")}
        </button>
        <button type="button" className="link-button" aria-label={t("deleteOf", { title })} onClick={onDelete}>
          {common("delete")}
        </button>
      </div>
    </li>
  );
}

function RenameForm({ title, onDone }: { title: string; onDone: (title: string | null) => void }) {
  const { t } = useTranslation("conversations");
  const { t: common } = useTranslation("common");
  const [text, setText] = useState(title);
  return (
    <form
      className="rename"
      onSubmit={(event) => {
        event.preventDefault();
        onDone(text.trim() === "" ? null : text);
      }}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        // The sheet stays.
        event.preventDefault();
        event.stopPropagation();
        onDone(null);
      }}
    >
      <label>
        <span className="small-title">{t("newTitle")}</span>
        <input value={text} autoFocus dir="auto" autoComplete="off" onChange={(event) => setText(event.target.value)} />
      </label>
      <button className="button">{t("save")}</button>
      <button type="button" className="button button-quiet" onClick={() => onDone(null)}>
        {common("cancel")}
      </button>
    </form>
  );
}

/** A text with what was found in it. */
function Marked({ match: { text, ranges } }: { match: Pick<Match, "text" | "ranges"> }) {
  const parts: ReactNode[] = [];
  let at = 0;
  for (const { start, end } of ranges) {
    parts.push(text.slice(at, start), <mark key={start}>{text.slice(start, end)}</mark>);
    at = end;
  }
  return (
    <>
      {parts}
      {text.slice(at)}
    </>
  );
}

/** As much of a text as a list shows: about the first place. */
function around({ text, ranges }: Match): { text: string; ranges: Range[] } {
  const first = ranges[0]!;
  const from = Math.max(0, text.lastIndexOf(" ", Math.max(0, first.start - 24)) + 1);
  const to = Math.min(text.length, from + 120);
  const before = from > 0 ? "…" : "";
  const shift = before.length - from;
  const shown = ranges
    .filter(({ end }) => end <= to)
    .map(({ start, end }) => ({ start: start + shift, end: end + shift }));
  return { text: before + text.slice(from, to) + (to < text.length ? "…" : ""), ranges: shown };
}

/** Today by the hour, else by the day. */
function when(time: number): string {
  const today = new Date(time).toDateString() === new Date().toDateString();
  const style: Intl.DateTimeFormatOptions = today
    ? { timeStyle: "short" }
    : { day: "numeric", month: "short", year: "numeric" };
  return new Intl.DateTimeFormat(language(), style).format(time);
}
