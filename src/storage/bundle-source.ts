/** Where the files of a bundle come from. What a source returns has been verified against the manifest. */
import type { BundleFile } from "../core/bundle/manifest.ts";

/** Told as bytes arrive: how many of this file are there, and whether from this device's own cache. */
export type OnBytes = (loaded: number, cached: boolean) => void;

export interface BundleSource {
  /** The manifest's bytes, as they are: their sha256 names the bundle. */
  manifest(): Promise<Uint8Array<ArrayBuffer>>;
  /** @throws SottoError `bundle_corrupt` where length or sha256 differ */
  file(file: BundleFile, onBytes?: OnBytes): Promise<Uint8Array<ArrayBuffer>>;
}

/** A place on this device that keeps verified files by their sha256. */
export interface BundleCache {
  get(file: BundleFile): Promise<Uint8Array<ArrayBuffer> | null>;
  put(file: BundleFile, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
}
