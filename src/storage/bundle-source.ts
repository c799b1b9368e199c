/** Where the files of a bundle come from. What a source returns has been verified against the manifest. */
import type { BundleFile } from "../core/bundle/manifest.ts";

/** Told as bytes arrive: how many of this file are there, and whether from this device's own cache. */
export type OnBytes = (loaded: number, cached: boolean) => void;

/**
 * What a person should know of how a bundle came. `repaired`: a file kept here was damaged and was fetched again. `resumed`: a download
 * went on where it had broken off. `unkept`: there was no room to keep a file, so it is used from memory and fetched again next time.
 * `kept-manifest`: the server did not answer, and the bundle is as it was last seen.
 */
export type LoadNote = "repaired" | "resumed" | "unkept" | "kept-manifest";

export type OnNote = (note: LoadNote) => void;

export interface BundleSource {
  /** The manifest's bytes, as they are: their sha256 names the bundle. */
  manifest(onNote?: OnNote): Promise<Uint8Array<ArrayBuffer>>;
  /** @throws SottoError `bundle_corrupt` where length or sha256 differ */
  file(file: BundleFile, onBytes?: OnBytes, onNote?: OnNote): Promise<Uint8Array<ArrayBuffer>>;
}

/** What has arrived of files that are not whole yet. */
export interface PartStore {
  /** Copy what is there to the front of `into`; returns how many bytes that are. */
  restore(file: BundleFile, into: Uint8Array): Promise<number>;
  /** Keep the bytes that begin at `offset`, where the parts so far end. False where there is no room. */
  append(file: BundleFile, offset: number, bytes: Uint8Array<ArrayBuffer>): Promise<boolean>;
  drop(file: BundleFile): Promise<void>;
}

/** The last manifest of each bundle that was seen and was valid, by server and id. */
export interface ManifestStore {
  /** The bytes as they came; null where there are none, or damaged ones. */
  get(server: string, id: string): Promise<Uint8Array<ArrayBuffer> | null>;
  /** @param bytes of a manifest that was parsed */
  put(server: string, id: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
}

/** A place on this device that keeps verified files by their sha256. */
export interface BundleCache {
  /** Verified again; `damaged` where something was there and is not, any more, the file. It is forgotten then. */
  get(file: BundleFile): Promise<Uint8Array<ArrayBuffer> | "damaged" | null>;
  /** False where there is no room for it. */
  put(file: BundleFile, bytes: Uint8Array<ArrayBuffer>): Promise<boolean>;
  /** Where downloads that break off are kept, and the last manifests. Default: nowhere. */
  readonly parts?: PartStore | null;
  readonly manifests?: ManifestStore | null;
  /** Forget the files that no manifest names any more. */
  sweep?(): Promise<void>;
  /** Run `use`, saying whether no other tab is at the same file. It never waits: a frozen tab would hold up all others. */
  readonly alone?: <T>(file: BundleFile, use: (isAlone: boolean) => Promise<T>) => Promise<T>;
}
