import type { Client } from "../../sdk/types.ts";
import { useTranslation } from "react-i18next";
import type { SheetName } from "./Sheets.tsx";
import { VERSION } from "../version.ts";

const SHEETS = ["ledger", "servers", "storage", "settings", "help"] as const;
const TITLES = {
  ledger: "ledger",
  servers: "servers",
  storage: "storage",
  settings: "settings",
  help: "keys",
} as const;

interface Props {
  readonly client: Client | null;
  /** Conversations are kept on this device. */
  readonly kept: boolean;
  readonly onSheet: (sheet: SheetName) => void;
}

/** What is promised, what is not, and whose work this is. */
export function Footer({ client, kept, onSheet }: Props) {
  const { t } = useTranslation("conversations");
  return (
    <footer className="footer">
      <p>
        <strong>Promised:</strong> this page sends no text; what leaves is noised with exact, accounted randomness, and
        its bound is counted as you write. {t(kept ? "keptHere" : "notKeptHere")}
      </p>
      <p>
        <strong>Not promised:</strong> that nothing can be guessed from it. A server that tries reads some words: the
        presets say how many as a rule, for the best attack we know, and the preview shows which. A better attack may
        come. Do not send what must not be guessed even in part. And whoever serves this page could change it: open it
        from a server you trust, or use the command line.
      </p>
      <p className="footer-facts">
        <span>Sotto {VERSION}</span>
        {client !== null && (
          <>
            <span>
              {client.bundle.title} ({client.bundle.id})
            </span>
            <span>
              {client.bundle.model.name}, {millions(client.bundle.model.parameters)}
            </span>
            <span>weights: {client.bundle.licence.weights}</span>
            <span>
              <code title={client.digest}>sha256 {client.digest.slice(0, 12)}…</code>
            </span>
          </>
        )}
      </p>
      <p className="footer-facts">
        {SHEETS.filter((sheet) => sheet !== "ledger" || client !== null).map((sheet) => (
          <button
            key={sheet}
            type="button"
            className="link-button"
            aria-haspopup="dialog"
            onClick={() => onSheet(sheet)}
          >
            {t(TITLES[sheet])}
          </button>
        ))}
      </p>
    </footer>
  );
}

function millions(parameters: number): string {
  return `${(parameters / 1e6).toFixed(1)} M parameters`;
}
