/**
 * Bodies of `application/cbor` (RFC 8949): the same fields as in JSON, with frames as byte strings. What is read is as narrow
 * as JSON is: maps with text keys, arrays, text, bytes, numbers, true, false, null.
 */
import { decode } from "cborg";
import type { FastifyInstance } from "fastify";
import { SottoError } from "../../src/core/errors.ts";

/** body > messages > message > content > part, and as much again. */
export const MAX_DEPTH = 10;
/** Items of a body, keys included; the largest chat has no more than that in any sensible use. */
export const MAX_ITEMS = 65_536;

/** Let routes take `application/cbor`. The body limit is the framework's. */
export function registerCbor(app: FastifyInstance): void {
  app.addContentTypeParser("application/cbor", { parseAs: "buffer" }, (_request, body, done) => {
    try {
      done(null, parseCbor(body as Buffer));
    } catch (error) {
      done(error as Error);
    }
  });
}

/**
 * The one item in these bytes. Refused besides what is not CBOR: tags, lengths that are indefinite or written longer than need
 * be, keys that occur twice or are not text, undefined, NaN, infinities, integers beyond 2^53, bytes after the item, and more
 * than `MAX_DEPTH` levels or `MAX_ITEMS` items. Byte strings are copies.
 * @throws SottoError `invalid_request`
 */
export function parseCbor(bytes: Uint8Array): unknown {
  checkShape(bytes);
  try {
    return decode(bytes, {
      strict: true,
      allowIndefinite: false,
      allowUndefined: false,
      allowBigInt: false,
      allowNaN: false,
      allowInfinity: false,
      rejectDuplicateMapKeys: true,
    });
  } catch {
    // Its message may quote a key.
    throw invalid("The request's body is not valid CBOR of the kind this server takes.");
  }
}

/** One pass over the heads, without recursion and without allocating: lengths against what is left, depth, items. */
function checkShape(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  /** Items still to come, by level. */
  const open = [1];
  let at = 0;
  let items = 0;
  while (open.length > 0) {
    const level = open.length - 1;
    if (open[level] === 0) {
      open.pop();
      continue;
    }
    open[level]! -= 1;
    if (++items > MAX_ITEMS) throw invalid(`The request's body has more than ${MAX_ITEMS} items.`);
    if (at >= bytes.length) throw truncated();
    const major = bytes[at]! >> 5;
    const minor = bytes[at]! & 31;
    at += 1;
    if (minor > 27) throw invalid("The request's body has an item of indefinite length or of no known kind.");
    const width = minor < 24 ? 0 : 1 << (minor - 24);
    if (width > bytes.length - at) throw truncated();
    const count = readCount(view, at, minor);
    at += width;
    switch (major) {
      case 2:
      case 3:
        if (count > bytes.length - at) throw truncated();
        at += count;
        break;
      case 4:
      case 5: {
        const inside = major === 5 ? 2 * count : count;
        // Each item takes a byte at least.
        if (inside > bytes.length - at) throw truncated();
        if (open.length >= MAX_DEPTH) throw invalid(`The request's body is nested deeper than ${MAX_DEPTH} levels.`);
        open.push(inside);
        break;
      }
      case 6:
        throw invalid("The request's body has a CBOR tag; this server knows none.");
    }
  }
  if (at < bytes.length) throw invalid("Bytes follow the end of the request's body.");
}

function readCount(view: DataView, at: number, minor: number): number {
  if (minor < 24) return minor;
  if (minor === 24) return view.getUint8(at);
  if (minor === 25) return view.getUint16(at);
  if (minor === 26) return view.getUint32(at);
  return Number(view.getBigUint64(at));
}

function truncated(): SottoError {
  return invalid("The request's body ends before it is complete.");
}

function invalid(message: string): SottoError {
  return new SottoError("invalid_request", message);
}
