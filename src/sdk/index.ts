/**
 * `sotto/sdk` in the browser. Text is released inside a worker; only noised levels leave the device.
 * @module sdk
 */
import { SottoError } from "../core/errors.ts";
import { workerAttack } from "../engine/attack/worker-attack.ts";
import { openWorkerEngine, openWorkerGist } from "../engine/worker-engine.ts";
import { browserLedger } from "../storage/ledger-idb.ts";
import type { Classifier } from "./gist/types.ts";
import { connect, connectClassifier, type CommonOptions } from "./options.ts";
import type { Client, Ledger } from "./types.ts";

export { SottoError, type ErrorCode } from "../core/errors.ts";
export { accountantOfEntries, counting, historyOf, serversIn } from "../core/accounting/ledger/spent.ts";
export { budgetsNow } from "../core/accounting/ledger/budget.ts";
export { BudgetExceededError } from "../core/accounting/ledger/budget-exceeded.ts";
export { browserLedger } from "../storage/ledger-idb.ts";
export { memoryLedger } from "../storage/ledger-memory.ts";
export { freshTokens } from "../engine/reuse.ts";
export { gistCost, mixedCost, privacyCost } from "./cost.ts";
export type { CommonOptions } from "./options.ts";
export type * from "./gist/types.ts";
export type * from "./types.ts";

/** Options of `createClient` in the browser. */
export interface ClientOptions extends CommonOptions {
  /** Origin of the split server; the page's own by default. */
  readonly server?: string;
  /** Where spending is written down; this browser's ledger of this origin by default. */
  readonly ledger?: Ledger;
}

/**
 * Load the client part of a bundle, start the runtime in a worker, and connect to the server. Everything lives on this device until
 * `client.close()`.
 * @throws SottoError with the code of whatever failed (`insecure_context`, `server_unreachable`, `bundle_not_found`, `bundle_corrupt`,
 * `runtime_unavailable`, `unknown_preset`, `aborted`, …); calling again starts afresh
 */
export async function createClient(options: ClientOptions): Promise<Client> {
  requireSecureContext();
  const server = options.server ?? location.origin;
  const open = () => openWorkerEngine(server, options.bundle, options.onProgress ?? (() => undefined));
  return connect(open, server, options.ledger ?? browserLedger(), workerAttack(), options);
}

/**
 * As `createClient`, for a bundle that is asked what a message is about: of the message one gist is released, once.
 * @throws SottoError as `createClient`; `task_unsupported` where the bundle goes on with texts
 */
export async function createClassifier(options: ClientOptions): Promise<Classifier> {
  requireSecureContext();
  const server = options.server ?? location.origin;
  const open = () => openWorkerGist(server, options.bundle, options.onProgress ?? (() => undefined));
  return connectClassifier(open, server, options.ledger ?? browserLedger(), options);
}

function requireSecureContext(): void {
  if (!isSecureContext) {
    const sentence =
      "Browsers give their cryptography only to pages from https:// or from localhost. Open this page from one.";
    throw new SottoError("insecure_context", sentence);
  }
}
