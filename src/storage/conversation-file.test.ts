import fc from "fast-check";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { LIMITS } from "../core/conversations/limits.ts";
import { sampleConversation } from "../core/conversations/testing/samples.ts";
import { fromBase64, toBase64 } from "../core/wire/base64.ts";
import { ITERATIONS, readConversationFile, writeConversationFile } from "./conversation-file.ts";

const PHRASE = "correct horse";
const all = [sampleConversation(["a secret"], { title: "secret too" }), sampleConversation()];

interface Sealed {
  format: string;
  version: number;
  encryption: Record<string, unknown>;
  data: string;
}

afterEach(() => vi.restoreAllMocks());

let written = "";
beforeAll(async () => {
  written = await writeConversationFile(all, PHRASE, 5);
});

/** The file, changed. */
function sealed(change: (file: Sealed) => object = (file) => file): string {
  return JSON.stringify(change(JSON.parse(written) as Sealed));
}

describe("a file under a passphrase", () => {
  it("gives everything back, whatever the words and the passphrase", async () => {
    const anyText = fc.string({ unit: "binary", maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(fc.array(anyText, { maxLength: 3 }), anyText, async (texts, phrase) => {
        const conversations = [sampleConversation(texts)];
        const passphrase = phrase || "-";
        const file = await writeConversationFile(conversations, passphrase, 5);
        expect(await readConversationFile(file, passphrase)).toEqual(conversations);
      }),
      // Each of them derives two keys, and that is slow by design.
      { numRuns: 4 },
    );
  });

  it("shows nothing of them, and never the same twice", async () => {
    const [one, two] = [written, await writeConversationFile(all, PHRASE, 5)];
    expect(one).not.toContain("secret");
    const [first, second] = [one, two].map((file) => JSON.parse(file) as Sealed);
    for (const part of ["salt", "iv"]) expect(first?.encryption[part]).not.toBe(second?.encryption[part]);
    expect(first?.encryption).toMatchObject({ kdf: "PBKDF2-SHA-256", iterations: 600_000, cipher: "AES-256-GCM" });
  });

  it("can be opened by whoever knows the format and the passphrase", async () => {
    const { data, ...head } = JSON.parse(sealed()) as Sealed;
    const bytes = (text: unknown) => fromBase64(String(text));
    const utf8 = (text: string) => new TextEncoder().encode(text);
    const { salt, iv, iterations } = head.encryption;
    const material = await crypto.subtle.importKey("raw", utf8(PHRASE), "PBKDF2", false, ["deriveBits"]);
    const derivation = { name: "PBKDF2", hash: "SHA-256", iterations: Number(iterations), salt: bytes(salt) };
    const bits = await crypto.subtle.deriveBits(derivation, material, 256);
    const key = await crypto.subtle.importKey("raw", bits, "AES-GCM", false, ["decrypt"]);
    const gcm = { name: "AES-GCM", iv: bytes(iv), additionalData: utf8(JSON.stringify(head)) };
    const plain = new TextDecoder().decode(await crypto.subtle.decrypt(gcm, key, bytes(data)));
    expect(plain).toBe(await writeConversationFile(all, null, 5));
  });

  it("takes a passphrase that was typed in other code points", async () => {
    const file = await writeConversationFile(all, "caf\u00e9", 5);
    expect(await readConversationFile(file, "cafe\u0301")).toEqual(all);
  });

  it("asks for the passphrase, and says when it is another", async () => {
    const file = sealed();
    await expect(readConversationFile(file, null)).rejects.toMatchObject({ code: "passphrase_missing" });
    await expect(readConversationFile(file, "correct house")).rejects.toMatchObject({ code: "passphrase_wrong" });
    for (const wrong of ["", "x".repeat(1025)]) {
      await expect(readConversationFile(file, wrong)).rejects.toMatchObject({ code: "passphrase_invalid" });
      await expect(writeConversationFile(all, wrong, 5)).rejects.toMatchObject({ code: "passphrase_invalid" });
    }
    expect(await readConversationFile(await writeConversationFile(all, null, 5), PHRASE)).toEqual(all);
  });

  it("does not open where anything of it was changed", async () => {
    const flipped = (text: unknown) => {
      const bytes = fromBase64(String(text));
      bytes[0]! ^= 1;
      return toBase64(bytes);
    };
    const changes: ((file: Sealed) => Sealed)[] = [
      (file) => ({ ...file, data: flipped(file.data) }),
      (file) => ({ ...file, data: "" }),
      (file) => ({ ...file, encryption: { ...file.encryption, salt: flipped(file.encryption["salt"]) } }),
      (file) => ({ ...file, encryption: { ...file.encryption, iv: flipped(file.encryption["iv"]) } }),
      (file) => ({ ...file, encryption: { ...file.encryption, iterations: ITERATIONS + 1 } }),
    ];
    for (const change of changes) {
      await expect(readConversationFile(sealed(change), PHRASE)).rejects.toMatchObject({
        code: "passphrase_wrong",
      });
    }
  });

  it("is refused before any work where its header asks for too much, too little or something else", async () => {
    const encryption = (change: object) => (file: Sealed) => ({
      ...file,
      encryption: { ...file.encryption, ...change },
    });
    const changes: ((file: Sealed) => object)[] = [
      encryption({ iterations: 2 ** 31 }),
      encryption({ iterations: 8 * ITERATIONS + 1 }),
      encryption({ iterations: ITERATIONS - 1 }),
      encryption({ iterations: 600_000.5 }),
      encryption({ salt: "AAAA" }),
      encryption({ iv: toBase64(new Uint8Array(11)) }),
      encryption({ kdf: "PBKDF2-SHA-1" }),
      encryption({ cipher: "none" }),
      encryption({ more: 1 }),
      (file) => ({ ...file, data: 5 }),
      (file) => ({ ...file, conversations: [] }),
    ];
    const derive = vi.spyOn(crypto.subtle, "deriveKey");
    for (const change of changes) {
      const file = sealed(change);
      await expect(readConversationFile(file, PHRASE)).rejects.toMatchObject({ code: "conversations_file_invalid" });
      expect(derive).not.toHaveBeenCalled();
    }
    const newer = sealed((file) => ({ ...file, version: 2, encryption: { kdf: "argon2id" } }));
    await expect(readConversationFile(newer, PHRASE)).rejects.toMatchObject({ code: "conversations_file_too_new" });
  });

  it("that is too large is not even read", async () => {
    const text = vi.fn();
    const huge = { size: LIMITS.file + 1, text } as unknown as Blob;
    await expect(readConversationFile(huge, null)).rejects.toMatchObject({ code: "conversations_file_too_large" });
    expect(text).not.toHaveBeenCalled();
    const many = Array.from({ length: LIMITS.conversationsInFile + 1 }, () => all[0]!);
    await expect(writeConversationFile(many, null, 5)).rejects.toMatchObject({ code: "conversations_file_too_large" });
  });
});
