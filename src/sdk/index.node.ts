/** Sotto's SDK in Node: the same client, its engine in the same thread. */
import { nodeAttack } from "../engine/attack/node-attack.ts";
import { createLocalEngine, type EngineParts } from "../engine/local-engine.ts";
import { openParts } from "../engine/open.ts";
import { openNodeRuntime } from "../engine/runtime.node.ts";
import { directorySource } from "../storage/directory-source.node.ts";
import { httpSource } from "../storage/http-source.ts";
import { clientOver } from "./client.ts";
import { fileLedger } from "../storage/ledger-file.node.ts";
import type { Client, Ledger, LoadProgress } from "./types.ts";

export { SottoError, type ErrorCode } from "../core/errors.ts";
export { accountantOfEntries, counting, historyOf, serversIn } from "../core/accounting/ledger/spent.ts";
export { budgetsNow } from "../core/accounting/ledger/budget.ts";
export { BudgetExceededError } from "../core/accounting/ledger/budget-exceeded.ts";
export { defaultLedgerFile, fileLedger } from "../storage/ledger-file.node.ts";
export { nodeAttack } from "../engine/attack/node-attack.ts";
export { freshTokens } from "../engine/reuse.ts";
export { mixedCost, privacyCost } from "./cost.ts";
export type * from "./types.ts";

export interface ClientOptions {
  /** Origin of the split server. */
  readonly server: string;
  /** Id of a bundle that server has. */
  readonly bundle: string;
  /** The file of this user, by default. */
  readonly ledger?: Ledger;
  readonly onProgress?: (progress: LoadProgress) => void;
}

/**
 * Load the client part of a bundle from its server, start the runtime, and connect.
 * @throws SottoError with the code of whatever failed
 */
export async function createClient(options: ClientOptions): Promise<Client> {
  const source = httpSource(options.server, options.bundle, null);
  const engine = createLocalEngine(await openParts(source, openNodeRuntime, options.onProgress));
  return clientOver(engine, options.server, options.ledger ?? fileLedger(), nodeAttack());
}

/** The parts of an engine over a bundle folder on disk, with its server part unread. For `sotto perturb` and the tests. */
export function openFolder(folder: string): Promise<EngineParts> {
  return openParts(directorySource(folder), openNodeRuntime);
}

/** The parts of an engine over a server's bundle. For `sotto complete --preset off` and the tests. */
export function openRemote(server: string, bundle: string): Promise<EngineParts> {
  return openParts(httpSource(server, bundle, null), openNodeRuntime);
}
