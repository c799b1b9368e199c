import { useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Ledger } from "../../../sdk/types.ts";
import { dayOf, download } from "../../download.ts";
import { toFailure, type Failure } from "../../failure.ts";
import { usePersistence } from "../../hooks/usePersistence.ts";
import { counted } from "../../wording.ts";
import { FailureNotice } from "../Notice.tsx";

/** Out to a file, in from one, and whether the browser keeps what is here. */
export function Transfer({ ledger }: { ledger: Ledger }) {
  const { t } = useTranslation("ledger");
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [done, setDone] = useState<Done | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);

  const attempt = async (work: () => Promise<Done>) => {
    try {
      setDone(await work());
      setFailure(null);
    } catch (error) {
      setDone(null);
      setFailure(toFailure(error));
    }
  };
  const exported = async () => {
    const file = await ledger.export();
    download(JSON.stringify(file), `sotto-ledger-${dayOf(file.exportedAt)}.json`);
    return { what: "exported", entries: file.rows.length } as const;
  };
  const imported = async (file: File) => {
    const added = await ledger.import(parsed(await file.text()));
    return { what: added === 0 ? "importedNone" : "importedSome", entries: added } as const;
  };

  return (
    <section className="history-section" aria-labelledby={`${id}-title`}>
      <h3 id={`${id}-title`}>{t("transfer")}</h3>
      <p className="aside-note">{t("transferNote")}</p>
      <div className="history-actions">
        <button type="button" className="button" onClick={() => void attempt(exported)}>
          {t("export")}
        </button>
        <button type="button" className="button" onClick={() => field.current?.click()}>
          {t("import")}
        </button>
        <input
          ref={field}
          type="file"
          accept=".json,application/json"
          hidden
          aria-label={t("importLabel")}
          onChange={(event) => {
            const [file] = event.target.files ?? [];
            if (file !== undefined) void attempt(() => imported(file));
            // The same file can be chosen again.
            event.target.value = "";
          }}
        />
      </div>
      <p className="aside-note" role="status">
        {done !== null && (done.what === "importedNone" ? t(done.what) : t(done.what, counted(done.entries)))}
      </p>
      {failure !== null && <FailureNotice failure={failure} />}
      <Kept />
    </section>
  );
}

interface Done {
  readonly what: "exported" | "importedNone" | "importedSome";
  readonly entries: number;
}

function Kept() {
  const { t } = useTranslation("ledger");
  const { persistence, ask } = usePersistence();
  switch (persistence) {
    case "unknown":
      return null;
    case "kept":
      return <p className="aside-note">{t("kept")}</p>;
    case "asked":
      return <p className="aside-note">{t("keptNot")}</p>;
    case "evictable":
      return (
        <div className="history-actions">
          <p className="aside-note">{t("evictable")}</p>
          <button type="button" className="button" onClick={ask}>
            {t("askToKeep")}
          </button>
        </div>
      );
  }
}

/** What is not JSON is no ledger either: the ledger says so, with its code. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
