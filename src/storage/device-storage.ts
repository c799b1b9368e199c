/**
 * What the page keeps on this device so that it need not be downloaded again, and how to be rid of it. The ledger and the conversations
 * are not here: those are a person's own, this can all be fetched again.
 */
import { CLIENT_MODEL, TOKENIZER, TOKENIZER_CONFIG } from "../core/bundle/manifest.ts";
import { CACHES, isRuntime } from "./cache-names.ts";
import { keptManifests, dropManifest, type KeptManifest } from "./manifest-store.ts";
import { partialBytes } from "./part-store.ts";
import { dropEntries, dropUnnamed, hashesOf } from "./unnamed-files.ts";

/** A file and how much of it is here, in bytes. */
export interface StoredFile {
  /** Inside its bundle, or on the server. */
  readonly path: string;
  /** Of the whole file. */
  readonly bytes: number;
  /** Of it on this device. */
  readonly loaded: number;
}

export interface StoredItem {
  /** What `remove` takes. */
  readonly id: string;
  readonly kind: "bundle" | "runtime" | "shell";
  /** A bundle's title; empty where it is not known, and for the other kinds, which the page names in its own language. */
  readonly title: string;
  /** Where a bundle came from, as an origin; null for what belongs to the page. */
  readonly server: string | null;
  /** Bytes on this device. */
  readonly bytes: number;
  /** Nothing is missing that it takes to start without a network. A file that is only fetched for a preview may be. */
  readonly whole: boolean;
  readonly files: readonly StoredFile[];
}

export interface StorageUsage {
  /** Bytes that all data of this site takes, as the browser estimates it. */
  readonly used: number;
  /** Bytes that it may take. */
  readonly quota: number;
  /** True where the browser has promised not to delete it when it needs room. */
  readonly persisted: boolean;
}

export interface DeviceStorage {
  /** Bundles first, then the runtime and the shell, each where anything of it is here. Empty where storage is forbidden. */
  list(): Promise<StoredItem[]>;
  /** Forget one of them. What is open goes on from memory; the next start downloads it again. An unknown id is nothing to do. */
  remove(id: string): Promise<void>;
  removeAll(): Promise<void>;
  usage(): Promise<StorageUsage>;
  /** Ask the browser not to delete this site's data by itself; false where it does not agree. */
  persist(): Promise<boolean>;
}

/** Without these files a bundle does not start. */
const NEEDED = [CLIENT_MODEL, TOKENIZER, TOKENIZER_CONFIG];
/** The id of what no manifest names. */
const UNKNOWN = "bundle:";

/** This browser's. */
export function deviceStorage(): DeviceStorage {
  return {
    async list() {
      if (!hasCaches()) return [];
      try {
        return [...(await bundles()), ...(await assets())];
      } catch {
        return [];
      }
    },
    async remove(id) {
      if (!hasCaches()) return;
      if (id === "shell") await removeShell();
      else if (id === "runtime") await dropEntries(CACHES.assets, isRuntime);
      else await removeBundle(id);
    },
    async removeAll() {
      if (!hasCaches()) return;
      for (const name of Object.values(CACHES)) if (name !== CACHES.shell) await caches.delete(name);
      await removeShell();
    },
    async usage() {
      const estimate = await manager()
        ?.estimate()
        .catch(() => undefined);
      const persisted =
        (await manager()
          ?.persisted()
          .catch(() => false)) ?? false;
      return { used: estimate?.usage ?? 0, quota: estimate?.quota ?? 0, persisted };
    },
    persist: async () =>
      (await manager()
        ?.persist()
        .catch(() => false)) ?? false,
  };
}

async function bundles(): Promise<StoredItem[]> {
  const whole = await entrySizes(CACHES.files);
  const partial = await partialBytes();
  const profiles = await entrySizes(CACHES.profiles);
  const manifests = await keptManifests();
  const loadedOf = (sha256: string) => whole.get(`/__bundle-file/${sha256}`) ?? partial.get(sha256) ?? 0;
  const named = new Set<string>();
  const items = manifests.map((kept): StoredItem => {
    const files: StoredFile[] = kept.manifest.files
      .filter(({ path }) => path.startsWith("client/"))
      .map((file) => ({ path: file.path, bytes: file.bytes, loaded: loadedOf(file.sha256) }));
    const computed = sum(
      [...profiles].filter(([path]) => path.split("/")[3] === kept.digest).map(([, bytes]) => bytes),
    );
    files.push({ path: "manifest.json", bytes: kept.bytes, loaded: kept.bytes });
    if (computed > 0) files.push({ path: "profiles", bytes: computed, loaded: computed });
    for (const { sha256 } of kept.manifest.files) named.add(sha256);
    return {
      id: idOf(kept),
      kind: "bundle",
      title: kept.manifest.title,
      server: kept.server,
      bytes: sum(files.map(({ loaded }) => loaded)),
      whole: files.every(({ path, bytes, loaded }) => !NEEDED.includes(path) || loaded === bytes),
      files,
    };
  });
  const others = [
    ...[...whole].map(([path, bytes]) => ({ path: path.split("/")[2] ?? "", bytes, loaded: bytes })),
    // How long the whole of a part would be, nothing says any more.
    ...[...partial].map(([path, loaded]) => ({ path, bytes: loaded, loaded })),
  ].filter(({ path }) => !named.has(path));
  if (others.length > 0) {
    const bytes = sum(others.map(({ loaded }) => loaded));
    items.push({ id: UNKNOWN, kind: "bundle", title: "", server: null, bytes, whole: false, files: others });
  }
  return items;
}

async function assets(): Promise<StoredItem[]> {
  const shell = await entrySizes(CACHES.shell);
  const used = await entrySizes(CACHES.assets);
  const runtime = new Map([...used].filter(([path]) => isRuntime(path)));
  const others = [...used].filter(([path]) => !isRuntime(path));
  const runs = [...runtime.keys()].some((path) => path.endsWith(".wasm"));
  return [
    assetItem("runtime", runtime, runs && [...runtime.keys()].some((path) => path.endsWith(".mjs"))),
    assetItem("shell", new Map([...shell, ...others]), shell.size > 0),
  ].filter(({ files }) => files.length > 0);
}

function assetItem(kind: "runtime" | "shell", sizes: ReadonlyMap<string, number>, whole: boolean): StoredItem {
  const files = [...sizes].map(([path, bytes]) => ({ path, bytes, loaded: bytes }));
  return { id: kind, kind, title: "", server: null, bytes: sum([...sizes.values()]), whole, files };
}

async function removeBundle(id: string): Promise<void> {
  const manifests = await keptManifests();
  const gone = manifests.filter((kept) => idOf(kept) === id);
  if (gone.length === 0 && id !== UNKNOWN) return;
  const others = manifests.filter((kept) => idOf(kept) !== id);
  for (const { server, id: bundle } of gone) await dropManifest(server, bundle);
  // Two servers may have the same bundle, and two bundles the same file.
  await dropUnnamed(others, id === UNKNOWN ? null : new Set(gone.flatMap(hashesOf)));
}

/** The service worker stays: without it, what other apps share would go to the server. It fetches the shell anew at the next start. */
async function removeShell(): Promise<void> {
  await caches.delete(CACHES.shell);
  await dropEntries(CACHES.assets, (path) => !isRuntime(path));
}

/** Bytes by path. A length that a header says is that of what was transferred, so the body is asked. */
async function entrySizes(name: string): Promise<Map<string, number>> {
  const sizes = new Map<string, number>();
  const cache = await caches.open(name);
  for (const request of await cache.keys()) {
    const body = await (await cache.match(request))?.blob();
    sizes.set(new URL(request.url).pathname, body?.size ?? 0);
  }
  return sizes;
}

const idOf = ({ server, id }: KeptManifest) => `${UNKNOWN}${server}/${id}`;
const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
const hasCaches = () => typeof caches !== "undefined";
/** Absent outside secure contexts, and in old browsers. */
const manager = () => (globalThis as { navigator?: { storage?: StorageManager } }).navigator?.storage;
