/**
 * The file that conversations leave a device in, plain or under a passphrase. Encrypted it is JSON, too: a header, which says how the
 * key comes from the passphrase and is authenticated with the rest, and the ciphertext of the plain file.
 */
import { z } from "zod";
import type { Conversation } from "../core/conversations/conversation.ts";
import {
  exportOf,
  FILE_FORMAT,
  FILE_VERSION,
  invalidFile,
  parseExport,
  parseFile,
  tooLarge,
} from "../core/conversations/exchange.ts";
import { LIMITS } from "../core/conversations/limits.ts";
import { SottoError } from "../core/errors.ts";
import { fromBase64, isBase64, toBase64 } from "../core/wire/base64.ts";

/** Of PBKDF2 with SHA-256: what OWASP asks for. A reader takes up to eight times as many, so that a file can ask for seconds at most. */
export const ITERATIONS = 600_000;
const MOST_ITERATIONS = 8 * ITERATIONS;
const SALT_BYTES = 16;
const IV_BYTES = 12;
const LONGEST_PASSPHRASE = 1024;

const bytes = (length: number) =>
  z
    .string()
    .length(4 * Math.ceil(length / 3))
    .refine((text) => isBase64(text) && fromBase64(text).length === length);

const header = z.strictObject({
  format: z.literal(FILE_FORMAT),
  version: z.literal(FILE_VERSION),
  encryption: z.strictObject({
    kdf: z.literal("PBKDF2-SHA-256"),
    iterations: z.int().min(ITERATIONS).max(MOST_ITERATIONS),
    salt: bytes(SALT_BYTES),
    cipher: z.literal("AES-256-GCM"),
    iv: bytes(IV_BYTES),
  }),
});
const sealed = header.extend({ data: z.string() });

type Header = z.output<typeof header>;

/**
 * @param passphrase null for a file that anyone can read
 * @param now ms since 1970
 * @returns the text of the file
 * @throws SottoError `conversations_file_too_large`, `passphrase_invalid`
 */
export async function writeConversationFile(
  conversations: readonly Conversation[],
  passphrase: string | null,
  now: number,
): Promise<string> {
  if (conversations.length > LIMITS.conversationsInFile) throw tooLarge();
  const plain = JSON.stringify(exportOf(conversations, now));
  if (plain.length > LIMITS.file) throw tooLarge();
  const file = passphrase === null ? plain : await seal(plain, passphrase);
  if (file.length > LIMITS.file) throw tooLarge();
  return file;
}

/**
 * The conversations of a file: all of them or none.
 * @param passphrase null where none was given; a plain file needs none
 * @throws SottoError `passphrase_missing`, `passphrase_wrong` (also where an encrypted file was changed: the two look alike),
 *   `passphrase_invalid`, `conversations_file_too_large`, `conversations_file_invalid`, `conversations_file_too_new`
 */
export async function readConversationFile(file: string | Blob, passphrase: string | null): Promise<Conversation[]> {
  if (typeof file !== "string" && file.size > LIMITS.file) throw tooLarge();
  const value = parseFile(typeof file === "string" ? file : await file.text());
  if (!(value instanceof Object && "encryption" in value)) return parseExport(value);
  const parsed = sealed.safeParse(value);
  if (!parsed.success) throw invalidFile();
  if (passphrase === null) {
    throw new SottoError(
      "passphrase_missing",
      "This file was exported with a passphrase. Enter it to import the file.",
    );
  }
  const { data, ...head } = parsed.data;
  const inner = parseFile(await unseal(head, data, passphrase));
  return parseExport(inner);
}

async function seal(plain: string, passphrase: string): Promise<string> {
  const head: Header = {
    format: FILE_FORMAT,
    version: FILE_VERSION,
    encryption: {
      kdf: "PBKDF2-SHA-256",
      iterations: ITERATIONS,
      salt: toBase64(crypto.getRandomValues(new Uint8Array(SALT_BYTES))),
      cipher: "AES-256-GCM",
      iv: toBase64(crypto.getRandomValues(new Uint8Array(IV_BYTES))),
    },
  };
  const key = await keyOf(head, passphrase, "encrypt");
  const data = await crypto.subtle.encrypt(gcm(head), key, new TextEncoder().encode(plain));
  return JSON.stringify({ ...head, data: toBase64(new Uint8Array(data)) });
}

async function unseal(head: Header, data: string, passphrase: string): Promise<string> {
  if (!isBase64(data)) throw invalidFile();
  const key = await keyOf(head, passphrase, "decrypt");
  let plain: ArrayBuffer;
  try {
    plain = await crypto.subtle.decrypt(gcm(head), key, fromBase64(data));
  } catch {
    const sentence = "This passphrase does not open the file, or the file was changed after it was exported.";
    throw new SottoError("passphrase_wrong", sentence);
  }
  return new TextDecoder("utf-8").decode(plain);
}

/** The header in one spelling, whatever the order and the spaces in the file, is what is authenticated. */
function gcm({ format, version, encryption: { kdf, iterations, salt, cipher, iv } }: Header): AesGcmParams {
  const authenticated = JSON.stringify({ format, version, encryption: { kdf, iterations, salt, cipher, iv } });
  return { name: "AES-GCM", iv: fromBase64(iv), additionalData: new TextEncoder().encode(authenticated) };
}

async function keyOf(
  { encryption: { iterations, salt } }: Header,
  passphrase: string,
  usage: "encrypt" | "decrypt",
): Promise<CryptoKey> {
  // The same letters can be typed as different code points on another keyboard.
  const typed = passphrase.normalize("NFKC");
  if (typed === "" || typed.length > LONGEST_PASSPHRASE) {
    throw new SottoError("passphrase_invalid", `A passphrase has 1 to ${LONGEST_PASSPHRASE} characters.`);
  }
  const material = await crypto.subtle.importKey("raw", new TextEncoder().encode(typed), "PBKDF2", false, [
    "deriveKey",
  ]);
  const derivation = { name: "PBKDF2", hash: "SHA-256", iterations, salt: fromBase64(salt) };
  return crypto.subtle.deriveKey(derivation, material, { name: "AES-GCM", length: 256 }, false, [usage]);
}
