import { useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Preview } from "../../hooks/usePreview.ts";
import { t } from "../../i18n/i18n.ts";
import { sentences, title } from "../../wording.ts";
import type { Manifest } from "../../../sdk/types.ts";
import type { Message } from "../../state.ts";
import { Actions } from "./Actions.tsx";
import { Result } from "./Result.tsx";
import { leakAnnouncement, Run } from "./Run.tsx";

interface Props {
  readonly manifest: Manifest;
  readonly message: Message;
  readonly preview: Preview;
  /** The draft is what the last release was drawn from. */
  readonly unchanged: boolean;
  /** Some of its tokens go again as they were. */
  readonly again: boolean;
  /** Why Send does nothing, or null. */
  readonly blocked: string | null;
  readonly blockedAt: (stronger: string) => string | null;
  readonly onSend: (preset: string) => void;
  readonly onEdit: () => void;
}

/** Before sending: the message as the server could best read it, and what to do then. */
export function LeakPreview(props: Props) {
  useTranslation();
  const { manifest, message, preview } = props;
  const { state, stale, always } = preview;
  const ask = useRef<HTMLButtonElement>(null);
  const empty = message.text.trim() === "";
  const open = state.status !== "closed" && !empty;
  const shown = empty ? null : state.shown;
  const preset = shown === null ? message.preset : shown.of.preset;

  const leaveFor = (then: () => void) => {
    // The button that was pressed is gone: on to one that costs nothing when it is pressed again.
    ask.current?.focus();
    then();
  };

  return (
    <section className="leak" aria-label={t("leak:title")}>
      <div className="leak-ask">
        <button
          ref={ask}
          type="button"
          className="button leak-button"
          aria-disabled={empty}
          aria-describedby="leak-why"
          aria-keyshortcuts="Control+Shift+Enter Meta+Shift+Enter"
          onClick={() => !empty && preview.look()}
        >
          {t("leak:ask")}
        </button>
        <label className="leak-always">
          <input
            type="checkbox"
            checked={always}
            onChange={(event) => preview.setAlways(event.currentTarget.checked)}
          />
          {t("leak:always")}
        </label>
      </div>
      <p className="aside-note" id="leak-why">
        {empty ? t("leak:askEmpty") : t("leak:askWhy")}
      </p>
      {open && (
        <div className="leak-body">
          <h2 className="panel-title" id="leak-title">
            {t("leak:couldBeRead")} <span className="panel-preset">{title(preset)}</span>
          </h2>
          <Run state={state} onStop={() => leaveFor(preview.stop)} onAgain={() => leaveFor(preview.look)} />
          {stale && state.status !== "running" && (
            <p className="leak-renew">
              {t("leak:changedSince")}{" "}
              <button type="button" className="button" onClick={() => leaveFor(preview.look)}>
                {t("leak:lookAgain")}
              </button>
            </p>
          )}
          {shown !== null && (
            <Result
              manifest={manifest}
              of={shown.of}
              reading={shown.reading}
              stale={stale}
              finished={state.status === "done"}
            />
          )}
          {shown === null && (
            <p className="reply-actions">
              <button type="button" className="button button-quiet" onClick={() => leaveFor(preview.close)}>
                {t("common:close")}
              </button>
            </p>
          )}
          {shown !== null && (
            <Actions
              manifest={manifest}
              preset={message.preset}
              blocked={props.blocked}
              blockedAt={props.blockedAt}
              afresh={afresh(props.unchanged, props.again)}
              afreshAt={props.unchanged || props.again ? anewAt : undefined}
              onSend={(name) => leaveFor(() => props.onSend(name))}
              onEdit={props.onEdit}
              onClose={() => leaveFor(preview.close)}
            />
          )}
        </div>
      )}
      <p className="visually-hidden" role="status">
        {empty ? "" : leakAnnouncement(state)}
      </p>
    </section>
  );
}

function afresh(unchanged: boolean, again: boolean): string {
  if (unchanged) return sentences(t("leak:afreshSame"), t("leak:sameBelow"));
  return again ? t("leak:afreshAgain") : t("leak:afresh");
}

/** Levels are of their preset: at another one nothing goes again. */
function anewAt(stronger: string): string {
  return t("leak:anewAt", { preset: title(stronger) });
}
