/**
 * What core uses of the platform besides the language itself. Every place core runs in (window, worker, server, CLI) has
 * these; anything wider would tie it to one of them. Only the core realm's tsconfig includes this file.
 */
interface TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
}
declare const TextEncoder: { new (): TextEncoder };

interface TextDecoder {
  decode(bytes: Uint8Array): string;
}
declare const TextDecoder: { new (label: "utf-8", options: { fatal: boolean }): TextDecoder };

declare const crypto: {
  randomUUID(): string;
  getRandomValues(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>;
  readonly subtle: { digest(algorithm: "SHA-256", bytes: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer> };
};

/** Base64 to and from a string of bytes. */
declare function btoa(binary: string): string;
declare function atob(base64: string): string;
