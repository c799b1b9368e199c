/** Content addressing: a bundle is named by the sha256 of its manifest, a file by its own. */
import { SottoError } from "../errors.ts";
import type { BundleFile } from "./manifest.ts";

/** Lower-case hexadecimal sha256 of the bytes. */
export async function sha256Hex(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Check length, then hash, of a file that was read or downloaded.
 * @throws SottoError `bundle_corrupt`, naming the file
 */
export async function verifyFile(file: BundleFile, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  if (bytes.length !== file.bytes) {
    throw new SottoError(
      "bundle_corrupt",
      `${file.path} has ${bytes.length} bytes where the manifest says ${file.bytes}.`,
    );
  }
  if ((await sha256Hex(bytes)) !== file.sha256) {
    throw new SottoError("bundle_corrupt", `${file.path} is not the file the manifest names (its sha256 differs).`);
  }
}
