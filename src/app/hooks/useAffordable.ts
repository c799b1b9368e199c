import { useEffect, useState } from "react";
import type { Affordable, Client, PresetTokens } from "../../sdk/types.ts";
import type { LedgerView } from "./useLedger.ts";

/**
 * Whether the budgets admit so many fresh private tokens, asked again whenever they or the ledger change. Null while there
 * is nothing to ask about. The last answer stays until the next: what it lets through by mistake the ledger still refuses.
 */
export function useAffordable(
  client: Pick<Client, "afford"> | null,
  charges: readonly PresetTokens[],
  view: LedgerView,
): Affordable | null {
  const [answer, setAnswer] = useState<{ readonly of: Pick<Client, "afford">; readonly affordable: Affordable } | null>(
    null,
  );
  const fresh = charges.filter(({ tokens }) => tokens > 0);
  const asked = JSON.stringify(fresh);

  useEffect(() => {
    if (client === null || view.status !== "ready" || view.budgets.length === 0) return;
    let current = true;
    client.afford(JSON.parse(asked) as PresetTokens[]).then(
      (affordable) => {
        if (current) setAnswer({ of: client, affordable });
      },
      // The ledger cannot be read any more: `view` says so, and a send is refused by the ledger itself.
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [client, asked, view]);

  const unlimited = view.status === "ready" && view.budgets.length === 0;
  return answer !== null && answer.of === client && fresh.length > 0 && !unlimited ? answer.affordable : null;
}
