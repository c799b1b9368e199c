import { SottoError } from "../core/errors.ts";

/**
 * The body of a response, never longer than `expected` bytes, telling how far it has come.
 * @throws SottoError `stream_interrupted` where the connection breaks, `bundle_corrupt` where the body is too long
 */
export async function readWithProgress(
  response: Response,
  expected: number,
  onBytes: (loaded: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(expected);
  let loaded = 0;
  const reader = response.body?.getReader();
  if (reader === undefined) return bytes.subarray(0, 0);
  for (;;) {
    const { done, value } = await reader.read().catch((cause: unknown) => {
      throw new SottoError("stream_interrupted", "The download broke off. Try again.", { cause });
    });
    if (done) return bytes.subarray(0, loaded);
    if (loaded + value.length > expected) {
      await reader.cancel();
      throw new SottoError("bundle_corrupt", "The server sent more than the manifest says.");
    }
    bytes.set(value, loaded);
    loaded += value.length;
    onBytes(loaded);
  }
}
