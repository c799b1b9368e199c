/** What `createClient` takes, in the browser and in Node alike, and what it does with it once the engine is there. */
import { findPreset } from "../core/bundle/manifest.ts";
import { SottoError } from "../core/errors.ts";
import type { OpenAttack } from "../engine/attack/attack.ts";
import type { Engine } from "../engine/engine.ts";
import type { GistEngine } from "../engine/gist-engine.ts";
import { clientOver, type Defaults } from "./client.ts";
import { classifierOver } from "./gist/classifier.ts";
import type { Classifier } from "./gist/types.ts";
import type { Budget, Client, Ledger, LoadProgress } from "./types.ts";

/** Options of `createClient` that the browser and Node share. */
export interface CommonOptions {
  /** Id of a bundle that the server has. */
  readonly bundle: string;
  /** Preset of every call that names none. Without it each call must name one. */
  readonly preset?: string;
  /**
   * Bounds to set on the ledger at start. A bound that the ledger has already (same scope, unit and delta) is only ever lowered by this:
   * what a person set on this device is theirs. `client.ledger.setBudgets` sets all of them as they are given.
   */
  readonly budgets?: readonly Budget[];
  /** API key of the server, where it asks for one. Sent as `Authorization: Bearer`, to this server alone. */
  readonly apiKey?: string;
  /** Told as bundle and runtime load. */
  readonly onProgress?: (progress: LoadProgress) => void;
  /** Ends the loading; the promise rejects with `aborted`. Once the client is there it changes nothing. */
  readonly signal?: AbortSignal;
}

/**
 * The client over an engine that is being opened: loading that can be stopped, the preset checked, the budgets set. Where any of it
 * fails, the engine is closed.
 * @throws SottoError what opening throws, `aborted`, `unknown_preset`, or what the ledger throws
 */
export function connect(
  open: () => Promise<Engine>,
  server: string,
  ledger: Ledger,
  openAttack: OpenAttack,
  options: CommonOptions,
): Promise<Client> {
  return connectOver(open, ledger, options, (engine, defaults) =>
    clientOver(engine, server, ledger, openAttack, defaults),
  );
}

/**
 * As `connect`, the classifier over a gist engine.
 * @throws SottoError as `connect`
 */
export function connectClassifier(
  open: () => Promise<GistEngine>,
  server: string,
  ledger: Ledger,
  options: CommonOptions,
): Promise<Classifier> {
  return connectOver(open, ledger, options, (engine, defaults) => classifierOver(engine, server, ledger, defaults));
}

async function connectOver<E extends Engine | GistEngine, T>(
  open: () => Promise<E>,
  ledger: Ledger,
  { preset, budgets, apiKey, signal }: CommonOptions,
  bind: (engine: E, defaults: Defaults) => T,
): Promise<T> {
  const engine = await untilAborted(open, signal);
  try {
    if (preset !== undefined) findPreset<{ readonly name: string }>(engine.manifest, preset);
    if (budgets !== undefined) await ledger.setBudgets(stricter(await ledger.budgets(), budgets));
    return bind(engine, { preset, apiKey });
  } catch (error) {
    await engine.close();
    throw error;
  }
}

/** Both lists; of two bounds of one kind the lower. */
export function stricter(kept: readonly Budget[], asked: readonly Budget[]): Budget[] {
  const kind = ({ scope, unit, delta }: Budget) => JSON.stringify([scope, unit, delta]);
  const all = new Map<string, Budget>();
  for (const budget of [...kept, ...asked]) {
    const known = all.get(kind(budget));
    if (known === undefined || budget.limit < known.limit) all.set(kind(budget), budget);
  }
  return [...all.values()];
}

/** An engine that is there too late is closed. */
async function untilAborted<E extends Engine | GistEngine>(
  open: () => Promise<E>,
  signal: AbortSignal | undefined,
): Promise<E> {
  const stopped = () => new SottoError("aborted", "Stopped while loading.", { cause: signal?.reason });
  if (signal?.aborted) throw stopped();
  const opening = open();
  if (signal === undefined) return opening;
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(stopped());
    signal.addEventListener("abort", stop, { once: true });
  });
  try {
    return await Promise.race([opening, aborted]);
  } catch (error) {
    opening.then(
      (engine) => engine.close(),
      () => undefined,
    );
    throw error;
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
