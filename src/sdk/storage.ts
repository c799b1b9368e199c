/** What of bundles, runtime and page is kept on this device, for the app: without a client. */
export { deviceStorage } from "../storage/device-storage.ts";
export type { DeviceStorage, StorageUsage, StoredFile, StoredItem } from "../storage/device-storage.ts";
export { shellIsKept } from "../storage/used-assets.ts";
