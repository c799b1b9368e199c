import type { Failure } from "../failure.ts";
import { FailureNotice } from "./Notice.tsx";

/** The ledger cannot be kept or read: what that means, and the ways out. */
export function LedgerNotice({ failure, onRetry }: { failure: Failure; onRetry: () => void }) {
  return (
    <FailureNotice failure={failure}>
      <p>Without it nobody would know what was told, so nothing can be sent. You can go on writing.</p>
      {failure.code === "ledger_unavailable" && (
        <p>
          If this is a private window, open the page in a normal one; or allow this site to keep data in the browser’s
          settings.
        </p>
      )}
      {failure.code === "ledger_corrupt" && (
        <p>
          If you have an export of it, keep that file. Clearing this site’s data in the browser’s settings begins an
          empty ledger, into which the export can be imported. What servers have learned stays learned.
        </p>
      )}
      <button type="button" className="button" onClick={onRetry}>
        Try again
      </button>
    </FailureNotice>
  );
}
