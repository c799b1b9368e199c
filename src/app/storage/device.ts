/** What the storage sheet asks of the device: src/sdk/storage.ts has it, and the page passes it in. */

export interface StoredFile {
  readonly path: string;
  /** Of the whole file. */
  readonly bytes: number;
  /** Of it on this device. */
  readonly loaded: number;
}

export interface StoredItem {
  /** What `remove` takes. Of a bundle: `bundle:ORIGIN/ID`. */
  readonly id: string;
  readonly kind: "bundle" | "runtime" | "shell";
  /** A bundle's title; empty where it is not known. */
  readonly title: string;
  /** Bytes on this device. */
  readonly bytes: number;
  /** Nothing is missing that it takes to start without a network. */
  readonly whole: boolean;
  readonly files: readonly StoredFile[];
}

export interface DeviceStorage {
  list(): Promise<StoredItem[]>;
  remove(id: string): Promise<void>;
  removeAll(): Promise<void>;
  usage(): Promise<{ readonly used: number; readonly quota: number; readonly persisted: boolean }>;
  persist(): Promise<boolean>;
}
