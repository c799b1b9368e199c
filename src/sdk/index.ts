/** Sotto's SDK in the browser. Text is released inside a worker; only noised levels leave the device. */
import { SottoError } from "../core/errors.ts";
import { workerAttack } from "../engine/attack/worker-attack.ts";
import { openWorkerEngine } from "../engine/worker-engine.ts";
import { clientOver } from "./client.ts";
import { browserLedger } from "../storage/ledger-idb.ts";
import type { Client, Ledger, LoadProgress } from "./types.ts";

export { SottoError, type ErrorCode } from "../core/errors.ts";
export { accountantOfEntries, counting, historyOf, serversIn } from "../core/accounting/ledger/spent.ts";
export { budgetsNow } from "../core/accounting/ledger/budget.ts";
export { BudgetExceededError } from "../core/accounting/ledger/budget-exceeded.ts";
export { browserLedger } from "../storage/ledger-idb.ts";
export { freshTokens } from "../engine/reuse.ts";
export { mixedCost, privacyCost } from "./cost.ts";
export type * from "./types.ts";

export interface ClientOptions {
  /** Origin of the split server; the page's own by default. */
  readonly server?: string;
  /** Id of a bundle that server has. */
  readonly bundle: string;
  /** This browser's, by default. */
  readonly ledger?: Ledger;
  /** Told as bundle and runtime load. */
  readonly onProgress?: (progress: LoadProgress) => void;
}

/**
 * Load the client part of a bundle, start the runtime, and connect to the server.
 * @throws SottoError with the code of whatever failed; calling again starts afresh
 */
export async function createClient(options: ClientOptions): Promise<Client> {
  if (!isSecureContext) {
    const sentence =
      "Browsers give their cryptography only to pages from https:// or from localhost. Open this page from one.";
    throw new SottoError("insecure_context", sentence);
  }
  const server = options.server ?? location.origin;
  const engine = await openWorkerEngine(server, options.bundle, options.onProgress ?? (() => undefined));
  return clientOver(engine, server, options.ledger ?? browserLedger(), workerAttack());
}
