import { useId, useRef, useState } from "react";
import type { Ledger } from "../../../sdk/types.ts";
import { dayOf, download } from "../../download.ts";
import { toFailure, type Failure } from "../../failure.ts";
import { usePersistence } from "../../hooks/usePersistence.ts";
import { count } from "../../wording.ts";
import { FailureNotice } from "../Notice.tsx";

/** Out to a file, in from one, and whether the browser keeps what is here. */
export function Transfer({ ledger }: { ledger: Ledger }) {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [said, setSaid] = useState("");
  const [failure, setFailure] = useState<Failure | null>(null);

  const attempt = async (work: () => Promise<string>) => {
    try {
      setSaid(await work());
      setFailure(null);
    } catch (error) {
      setSaid("");
      setFailure(toFailure(error));
    }
  };
  const exported = async () => {
    const file = await ledger.export();
    download(JSON.stringify(file), `sotto-ledger-${dayOf(file.exportedAt)}.json`);
    return `${count(file.rows.length, "entry").replace("entrys", "entries")} written to a file. No word of yours is in it.`;
  };
  const imported = async (file: File) => {
    const added = await ledger.import(parsed(await file.text()));
    if (added === 0) return "Nothing new in this file: the ledger knew all of it.";
    return `${added === 1 ? "1 entry was" : `${added} entries were`} added. No count went down.`;
  };

  return (
    <section className="history-section" aria-labelledby={`${id}-title`}>
      <h3 id={`${id}-title`}>Keep it, or take it with you</h3>
      <p className="aside-note">
        One browser keeps one ledger. Import another device’s export here and both are counted together; an import never
        lowers a count.
      </p>
      <div className="history-actions">
        <button type="button" className="button" onClick={() => void attempt(exported)}>
          Export
        </button>
        <button type="button" className="button" onClick={() => field.current?.click()}>
          Import a file
        </button>
        <input
          ref={field}
          type="file"
          accept=".json,application/json"
          hidden
          aria-label="Ledger file to import"
          onChange={(event) => {
            const [file] = event.target.files ?? [];
            if (file !== undefined) void attempt(() => imported(file));
            // The same file can be chosen again.
            event.target.value = "";
          }}
        />
      </div>
      <p className="aside-note" role="status">
        {said}
      </p>
      {failure !== null && <FailureNotice failure={failure} />}
      <Kept />
    </section>
  );
}

function Kept() {
  const { persistence, ask } = usePersistence();
  switch (persistence) {
    case "unknown":
      return null;
    case "kept":
      return <p className="aside-note">The browser has agreed to keep the ledger until you clear this site’s data.</p>;
    case "asked":
      return (
        <p className="aside-note">
          The browser did not agree: it may delete the ledger when it needs room. Export it now and then.
        </p>
      );
    case "evictable":
      return (
        <div className="history-actions">
          <p className="aside-note">The browser may delete the ledger when it needs room.</p>
          <button type="button" className="button" onClick={ask}>
            Ask the browser to keep it
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
