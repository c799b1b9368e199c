import { useRef } from "react";
import { useTranslation } from "react-i18next";
import type { GistManifest } from "../../../sdk/gist/types.ts";
import { DRAWS, type Look, type Looked as Found } from "../../ask/useLook.ts";
import { failureText, wayOut } from "../../failure.ts";
import { t } from "../../i18n/i18n.ts";
import { about, sentences, title } from "../../wording.ts";
import { Actions } from "../leak/Actions.tsx";
import { FailureNotice } from "../Notice.tsx";
import { Looked, narrowed } from "./Looked.tsx";

interface Props {
  readonly manifest: GistManifest;
  readonly text: string;
  readonly preset: string;
  readonly look: Look;
  /** Whether these words went at a preset before: the same levels go again. */
  readonly wentAt: (preset: string) => boolean;
  /** And that question is the one that is shown below. */
  readonly below: boolean;
  /** Why Send does nothing, or null. */
  readonly blocked: string | null;
  readonly blockedAt: (stronger: string) => string | null;
  readonly onSend: (preset: string) => void;
  readonly onEdit: () => void;
}

/** Before sending: what the server could make of the question, and what to do then. */
export function AskPreview({ manifest, text, preset, look, wentAt, below, blocked, blockedAt, onSend, onEdit }: Props) {
  const { t } = useTranslation(["ask", "leak", "common"]);
  const ask = useRef<HTMLButtonElement>(null);
  const empty = text.trim() === "";
  const { status, running, failure } = look;
  const shown = empty ? null : look.shown;
  const open = status !== "closed" && !empty;
  const stale = shown !== null && (shown.text !== text || shown.preset !== preset);
  const leaveFor = (then: () => void) => {
    // The button that was pressed is gone: on to one that costs nothing when it is pressed again.
    ask.current?.focus();
    then();
  };
  const afresh = wentAt(preset)
    ? sentences(t("leak:afreshSame"), below ? t("leak:sameBelow") : null)
    : t("leak:afresh");
  const other = (at: string) => t(wentAt(at) ? "leak:sameAt" : "leak:anewAt", { preset: title(at) });
  return (
    <section className="leak" aria-label={t("leak:title")}>
      <div className="leak-ask">
        <button
          ref={ask}
          type="button"
          className="button leak-button"
          aria-disabled={empty}
          aria-expanded={open}
          aria-describedby="leak-why"
          aria-keyshortcuts="Control+Shift+Enter Meta+Shift+Enter"
          onClick={() => !empty && look.look()}
        >
          {t("leak:ask")}
        </button>
      </div>
      <p className="aside-note" id="leak-why">
        {empty ? t("leak:askEmpty") : t("lookWhy", { n: about(DRAWS) })}
      </p>
      {open && (
        <div className="leak-body">
          <h2 className="panel-title" id="leak-title">
            {t("leak:couldBeRead")} <span className="panel-preset">{title(shown?.preset ?? preset)}</span>
          </h2>
          {running && (
            <div className="reply-bar" aria-busy="true">
              <p className="aside-note">{t("looking")}</p>
              <button
                type="button"
                className="button button-stop"
                onClick={() => leaveFor(look.stop)}
                aria-keyshortcuts="Escape"
              >
                {t("common:cancel")}
              </button>
            </div>
          )}
          {failure !== null && (
            // The region below says it, once: it comes and goes while the person types.
            <FailureNotice failure={failure} quiet>
              {wayOut(failure) === "edit" ? (
                <p>{t("leak:changeAndLook")}</p>
              ) : (
                <button type="button" className="button" onClick={() => leaveFor(look.look)}>
                  {t("common:tryAgain")}
                </button>
              )}
            </FailureNotice>
          )}
          {status === "stopped" && (shown === null || stale) && (
            <p className="leak-renew">
              {t("leak:sayStopped")}{" "}
              <button type="button" className="button" onClick={() => leaveFor(look.look)}>
                {t("leak:lookAgain")}
              </button>
            </p>
          )}
          {shown === null && (
            <p className="reply-actions">
              <button type="button" className="button button-quiet" onClick={() => leaveFor(look.close)}>
                {t("common:close")}
              </button>
            </p>
          )}
          {shown !== null && (
            <>
              <Looked manifest={manifest} preset={shown.preset} reading={shown.reading} stale={stale} />
              <Actions
                manifest={manifest}
                preset={preset}
                blocked={blocked}
                blockedAt={blockedAt}
                afresh={afresh}
                afreshAt={(stronger) => (wentAt(stronger) || wentAt(preset) ? other(stronger) : null)}
                onSend={(name) => leaveFor(() => onSend(name))}
                onEdit={onEdit}
                onClose={() => leaveFor(look.close)}
              />
            </>
          )}
        </div>
      )}
      <p className="visually-hidden" role="status">
        {open ? said(manifest, look, shown, stale) : ""}
      </p>
    </section>
  );
}

/** For those who hear the page: that it looks, and what came of it. While it follows what is written, what came of it alone. */
function said(manifest: GistManifest, look: Look, shown: Found | null, stale: boolean): string {
  if (look.failure !== null) return failureText(look.failure);
  if (look.running) return shown === null ? t("ask:sayLooking") : "";
  if (look.status === "stopped" && (shown === null || stale)) return t("leak:sayStopped");
  if (shown === null) return "";
  return shown.reading === null ? t("ask:noExamples") : narrowed(manifest, shown.reading);
}
