/** Bytes in JSON: base64 (RFC 4648 section 4, padded). */
import { SottoError } from "../errors.ts";

/** Base64 of bytes, in pieces, because `String.fromCharCode` takes only so many arguments. */
export function toBase64(bytes: Uint8Array): string {
  let binary = "";
  for (let start = 0; start < bytes.length; start += 0x8000) {
    binary += String.fromCharCode(...bytes.subarray(start, start + 0x8000));
  }
  return btoa(binary);
}

/** Whether `toBase64` can have written this. One run over the text, whatever it is. */
export function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
}

/**
 * The bytes that `toBase64` wrote so.
 * @throws SottoError `frame_invalid`
 */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  if (!isBase64(text)) throw new SottoError("frame_invalid", "These characters are not base64.");
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
