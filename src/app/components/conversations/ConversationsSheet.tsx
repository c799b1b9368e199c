import { useDeferredValue, useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Conversations, DeletedConversation } from "../../../sdk/conversations.ts";
import { toFailure, type Failure } from "../../failure.ts";
import { FailureNotice } from "../Notice.tsx";
import { ConversationItem } from "./ConversationItem.tsx";
import { Keep } from "./Keep.tsx";
import { useList } from "./useList.ts";

interface Props {
  /** Null while its code has not come, and where the person keeps none. */
  readonly store: Conversations | null;
  /** The person keeps none. */
  readonly off: boolean;
  /** The one that is open. */
  readonly current: string | null;
  /** Begin with the search. */
  readonly searching?: boolean;
  readonly onOpen: (id: string) => void;
  readonly onBegin: () => void;
  /** It is deleted, or all are (null). */
  readonly onDeleted: (id: string | null) => void;
  readonly onClose: () => void;
}

/** What was said, in a sheet at the side: found again, renamed, deleted, taken along. */
export function ConversationsSheet({ store, off, onClose, onBegin, ...rest }: Props) {
  const { t } = useTranslation("conversations");
  const { t: common } = useTranslation("common");
  const dialog = useRef<HTMLDialogElement>(null);
  const title = useId();
  useEffect(() => {
    if (dialog.current?.open === false) dialog.current.showModal();
  }, []);
  const close = () => dialog.current?.close();

  return (
    <dialog
      ref={dialog}
      className="sheet drawer"
      aria-labelledby={title}
      onClose={onClose}
      // A click on the backdrop has the dialog itself as its target.
      onClick={(event) => event.target === event.currentTarget && event.currentTarget.close()}
    >
      <div className="drawer-scroll">
        <header className="sheet-head">
          <h2 id={title}>{t("title")}</h2>
          <form method="dialog">
            <button className="button">{common("close")}</button>
          </form>
        </header>
        <button
          type="button"
          className="button button-begin"
          onClick={() => {
            // First: what begins takes the focus, and closing gives it back to where it was.
            close();
            onBegin();
          }}
        >
          {t("begin")}
        </button>
        {store === null ? (
          <p className="drawer-empty">{off ? t("off") : t("reading")}</p>
        ) : (
          <Kept store={store} onLeave={close} {...rest} />
        )}
      </div>
    </dialog>
  );
}

interface KeptProps extends Pick<Props, "current" | "searching" | "onOpen" | "onDeleted"> {
  readonly store: Conversations;
  readonly onLeave: () => void;
}

function Kept({ store, current, searching = false, onOpen, onDeleted, onLeave }: KeptProps) {
  const { t } = useTranslation("conversations");
  const [query, setQuery] = useState("");
  const { view, more } = useList(store, useDeferredValue(query));
  const [undo, setUndo] = useState<DeletedConversation | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const attempt = async (work: () => Promise<void>) => {
    setFailure(null);
    await work().catch((error: unknown) => setFailure(toFailure(error)));
  };

  const remove = (id: string) =>
    attempt(async () => {
      const deleted = await store.delete(id);
      onDeleted(id);
      setUndo(deleted);
    });
  const restore = (deleted: DeletedConversation) =>
    attempt(async () => {
      await store.restore(deleted);
      setUndo(null);
    });

  return (
    <>
      <label className="drawer-search">
        <span className="small-title">{t("search")}</span>
        <input
          type="search"
          value={query}
          autoFocus={searching}
          placeholder={t("searchPlaceholder")}
          autoComplete="off"
          spellCheck={false}
          dir="auto"
          onChange={(event) => setQuery(event.target.value)}
        />
      </label>
      {failure !== null && <FailureNotice failure={failure} />}
      <div role="status">{undo !== null && <Undo deleted={undo} onUndo={() => void restore(undo)} />}</div>
      {view.status === "reading" && <p className="aside-note">{t("reading")}</p>}
      {view.status === "failed" && <FailureNotice failure={view.failure} />}
      {view.status === "ready" && (
        <>
          {view.items.length === 0 && (
            <p className="drawer-empty">{query.trim() === "" ? t("none") : t("nothingFound")}</p>
          )}
          <ul className="conversation-list">
            {view.items.map(({ summary, matches }) => (
              <ConversationItem
                key={summary.id}
                summary={summary}
                matches={matches}
                current={summary.id === current}
                onOpen={() => {
                  onOpen(summary.id);
                  onLeave();
                }}
                onRename={(title) => void attempt(async () => void (await store.rename(summary.id, title)))}
                onDelete={() => void remove(summary.id)}
              />
            ))}
          </ul>
          {view.more && (
            <button type="button" className="button" onClick={more}>
              {t("more")}
            </button>
          )}
          {view.unreadable.length > 0 && (
            <div className="notice notice-quiet">
              <p>{t("unreadable", { count: view.unreadable.length })}</p>
              <button
                type="button"
                className="button"
                onClick={() =>
                  void attempt(async () => {
                    for (const id of view.unreadable) await store.delete(id);
                  })
                }
              >
                {t("deleteUnreadable")}
              </button>
            </div>
          )}
          <Keep store={store} empty={view.items.length === 0 && query === ""} onDeletedAll={() => onDeleted(null)} />
        </>
      )}
    </>
  );
}

function Undo({ deleted, onUndo }: { deleted: DeletedConversation; onUndo: () => void }) {
  const { t } = useTranslation("conversations");
  const { t: common } = useTranslation("common");
  return (
    <div className="notice notice-quiet">
      <p dir="auto">{t("deleted", { title: deleted.stored?.conversation.title ?? t("untitled") })}</p>
      <button type="button" className="button" onClick={onUndo}>
        {common("undo")}
      </button>
    </div>
  );
}
