import { useId, useRef, useState, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";
import type { Conversations } from "../../../sdk/conversations.ts";
import { dayOf, download } from "../../download.ts";
import { toFailure, type Failure } from "../../failure.ts";
import { FailureNotice } from "../Notice.tsx";

interface Props {
  readonly store: Conversations;
  /** There are none. */
  readonly empty: boolean;
  readonly onDeletedAll: () => void;
}

/** Out to a file and in from one, with a passphrase if one is wanted; and deleting all. */
export function Keep({ store, empty, onDeletedAll }: Props) {
  const { t } = useTranslation("conversations");
  return (
    <footer className="drawer-keep">
      <p className="aside-note">{t("inClear")}</p>
      {!empty && <Export store={store} />}
      <Import store={store} />
      {!empty && <DeleteAll store={store} onDone={onDeletedAll} />}
    </footer>
  );
}

/** What a piece of work is at: doing it, what it said, or why it failed. */
function useWork() {
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState("");
  const [failure, setFailure] = useState<Failure | null>(null);
  const attempt = async (work: () => Promise<string>) => {
    setBusy(true);
    setSaid("");
    setFailure(null);
    try {
      setSaid(await work());
    } catch (error) {
      setFailure(toFailure(error));
    } finally {
      setBusy(false);
    }
  };
  return { busy, said, failure, attempt };
}

function Export({ store }: { store: Conversations }) {
  const { t } = useTranslation("conversations");
  const id = useId();
  const [passphrase, setPassphrase] = useState("");
  const { busy, said, failure, attempt } = useWork();
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    void attempt(async () => {
      const { file, count, unreadable } = await store.export({ passphrase: passphrase || null });
      const name = `sotto-conversations-${dayOf(Date.now())}.json`;
      download(file, name);
      setPassphrase("");
      const without = unreadable.length === 0 ? "" : ` ${t("exportedWithout", { count: unreadable.length })}`;
      return t("exported", { count, file: name }) + without;
    });
  };
  return (
    <details className="drawer-section">
      <summary>{t("exportTitle")}</summary>
      <form className="drawer-form" onSubmit={submit}>
        <label>
          <span className="small-title">{t("passphrase")}</span>
          <input
            type="password"
            value={passphrase}
            autoComplete="new-password"
            maxLength={1024}
            aria-describedby={`${id}-hint`}
            onChange={(event) => setPassphrase(event.target.value)}
          />
        </label>
        <p className="aside-note" id={`${id}-hint`}>
          {t("passphraseHint")}
        </p>
        <button className="button" disabled={busy}>
          {passphrase === "" ? t("exportPlain") : t("exportLocked")}
        </button>
        <p className="aside-note" role="status">
          {busy ? t("working") : said}
        </p>
        {failure !== null && <FailureNotice failure={failure} />}
      </form>
    </details>
  );
}

function Import({ store }: { store: Conversations }) {
  const { t } = useTranslation("conversations");
  const [file, setFile] = useState<File | null>(null);
  const [passphrase, setPassphrase] = useState("");
  const field = useRef<HTMLInputElement>(null);
  const { busy, said, failure, attempt } = useWork();
  const locked = failure?.code === "passphrase_missing" || failure?.code === "passphrase_wrong";
  const take = (from: File, key: string) =>
    attempt(async () => {
      const { added, updated, copies, unchanged } = await store.import(from, key || null);
      setFile(null);
      setPassphrase("");
      if (field.current !== null) field.current.value = "";
      return t("imported", { added: String(added + copies), updated: String(updated), same: String(unchanged) });
    });
  return (
    <details className="drawer-section">
      <summary>{t("importTitle")}</summary>
      <form
        className="drawer-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (file !== null) void take(file, passphrase);
        }}
      >
        <label>
          <span className="small-title">{t("importFile")}</span>
          <input
            ref={field}
            type="file"
            accept=".json,application/json"
            onChange={(event) => {
              const chosen = event.target.files?.[0] ?? null;
              setFile(chosen);
              if (chosen !== null) void take(chosen, passphrase);
            }}
          />
        </label>
        {file !== null && locked && (
          <>
            <label>
              <span className="small-title">{t("passphrase")}</span>
              <input
                type="password"
                value={passphrase}
                autoFocus
                autoComplete="off"
                maxLength={1024}
                onChange={(event) => setPassphrase(event.target.value)}
              />
            </label>
            <button className="button" disabled={busy || passphrase === ""}>
              {t("importNow")}
            </button>
          </>
        )}
        <p className="aside-note" role="status">
          {busy ? t("working") : failure?.code === "passphrase_missing" ? t("importLocked") : said}
        </p>
        {failure !== null && failure.code !== "passphrase_missing" && <FailureNotice failure={failure} />}
      </form>
    </details>
  );
}

function DeleteAll({ store, onDone }: { store: Conversations; onDone: () => void }) {
  const { t } = useTranslation("conversations");
  const { t: common } = useTranslation("common");
  const [asking, setAsking] = useState(false);
  const { busy, failure, attempt } = useWork();
  if (!asking) {
    return (
      <button type="button" className="link-button" onClick={() => setAsking(true)}>
        {t("deleteAll")}
      </button>
    );
  }
  return (
    <div className="notice">
      <p>{t("deleteAllSure")}</p>
      <p className="reply-actions">
        <button
          type="button"
          className="button"
          disabled={busy}
          onClick={() =>
            void attempt(async () => {
              await store.deleteAll();
              onDone();
              setAsking(false);
              return "";
            })
          }
        >
          {t("deleteAllYes")}
        </button>
        <button type="button" className="button button-quiet" autoFocus onClick={() => setAsking(false)}>
          {common("cancel")}
        </button>
      </p>
      {failure !== null && <FailureNotice failure={failure} />}
    </div>
  );
}
