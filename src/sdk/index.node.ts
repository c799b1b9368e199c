/**
 * `sotto/sdk` in Node: the same client, its engine in the same thread.
 * @module sdk-node
 */
import { SottoError } from "../core/errors.ts";
import { nodeAttack } from "../engine/attack/node-attack.ts";
import { createLocalEngine, type EngineParts } from "../engine/local-engine.ts";
import { createGistEngine, type GistParts } from "../engine/gist-engine.ts";
import { openGistParts, openParts } from "../engine/open.ts";
import { openNodeRuntime } from "../engine/runtime.node.ts";
import type { BundleSource } from "../storage/bundle-source.ts";
import { directoryCache } from "../storage/directory-cache.node.ts";
import { directorySource } from "../storage/directory-source.node.ts";
import { httpSource } from "../storage/http-source.ts";
import { defaultLedgerFile, fileLedger } from "../storage/ledger-file.node.ts";
import { connect, connectClassifier, type CommonOptions } from "./options.ts";
import type { Classifier } from "./gist/types.ts";
import type { Client, Ledger } from "./types.ts";

export { SottoError, type ErrorCode } from "../core/errors.ts";
export { accountantOfEntries, counting, historyOf, serversIn } from "../core/accounting/ledger/spent.ts";
export { budgetsNow } from "../core/accounting/ledger/budget.ts";
export { BudgetExceededError } from "../core/accounting/ledger/budget-exceeded.ts";
export { memoryLedger } from "../storage/ledger-memory.ts";
export { defaultLedgerFile, fileLedger } from "../storage/ledger-file.node.ts";
export { nodeAttack } from "../engine/attack/node-attack.ts";
export { freshTokens } from "../engine/reuse.ts";
export { gistCost, mixedCost, privacyCost } from "./cost.ts";
export type { CommonOptions } from "./options.ts";
export type * from "./gist/types.ts";
export type * from "./types.ts";

/** Options of `createClient` in Node. */
export interface ClientOptions extends CommonOptions {
  /** Origin of the split server. */
  readonly server: string;
  /** A ledger, or the path of its file; the file of this user by default (`defaultLedgerFile`). */
  readonly ledger?: Ledger | string;
  /** Folder in which downloaded files of bundles are kept, by their sha256; none are kept without it. It is made when needed. */
  readonly cache?: string;
  /** Folder of a bundle on this machine, to read its client part from in place of the server. It must be the bundle named. */
  readonly bundleFolder?: string;
}

/**
 * Load the client part of a bundle, from its server or a folder, start the runtime in this thread, and connect.
 * @throws SottoError with the code of whatever failed (`server_unreachable`, `bundle_not_found`, `bundle_mismatch`, `bundle_corrupt`,
 * `runtime_unavailable`, `unknown_preset`, `aborted`, …); calling again starts afresh
 */
export async function createClient(options: ClientOptions): Promise<Client> {
  const { server, bundle, onProgress } = options;
  const parts = () => openParts(sourceOf(options), openNodeRuntime, onProgress);
  const open = async () => createLocalEngine(await named(bundle, await parts()));
  return connect(open, server, ledgerOf(options), nodeAttack(), options);
}

/**
 * As `createClient`, for a bundle that is asked what a message is about: of the message one gist is released, once.
 * @throws SottoError as `createClient`; `task_unsupported` where the bundle goes on with texts
 */
export async function createClassifier(options: ClientOptions): Promise<Classifier> {
  const { server, bundle, onProgress } = options;
  const parts = () => openGistParts(sourceOf(options), openNodeRuntime, onProgress);
  const open = async () => createGistEngine(await named(bundle, await parts()));
  return connectClassifier(open, server, ledgerOf(options), options);
}

function sourceOf({ server, bundle, bundleFolder, cache }: ClientOptions): BundleSource {
  if (bundleFolder !== undefined) return directorySource(bundleFolder);
  return httpSource(server, bundle, cache === undefined ? null : directoryCache(cache));
}

function ledgerOf({ ledger }: ClientOptions): Ledger {
  return typeof ledger === "object" ? ledger : fileLedger(ledger ?? defaultLedgerFile());
}

/** @throws SottoError `bundle_mismatch` */
async function named<P extends EngineParts | GistParts>(id: string, parts: P): Promise<P> {
  if (parts.manifest.id === id) return parts;
  await parts.projector.close();
  throw new SottoError("bundle_mismatch", `The folder holds the bundle ${parts.manifest.id}, not ${id}.`);
}

/** The parts of an engine over a bundle folder on disk, with its server part unread. For `sotto perturb` and the tests. */
export function openFolder(folder: string): Promise<EngineParts> {
  return openParts(directorySource(folder), openNodeRuntime);
}

/** The parts of an engine over a server's bundle. For `sotto complete --preset off` and the tests. */
export function openRemote(server: string, bundle: string): Promise<EngineParts> {
  return openParts(httpSource(server, bundle, null), openNodeRuntime);
}
