/** API keys: optional, known by their digests only, compared in constant time. */
import { createHash, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import type { FastifyInstance } from "fastify";
import { SottoError } from "../../src/core/errors.ts";
import { createBuckets, isReply, refusedAfter, type Rate } from "./rate.ts";

const DIGEST = /^[0-9a-f]{64}$/i;
const SHORTEST = 16;
/** Of the empty string: what a missing header or an unset variable comes to, and no key. */
const EMPTY = digestOf("");

/** SHA-256 of a key. Keys are random and long, so that no slow hash is called for. */
export function digestOf(key: string): Buffer {
  return createHash("sha256").update(key, "utf8").digest();
}

/**
 * The digests of a file of keys and of a list of digests in hex. In the file, a line is a key, or `sha256:` and its digest; empty
 * lines and those that begin with `#` are nothing.
 * @throws SottoError `config_invalid`, naming the line and not what is in it; also for the digest of nothing at all
 */
export function readKeys(file: string | undefined, digests: readonly string[]): readonly Buffer[] {
  const keys: Buffer[] = digests.map((digest) => Buffer.from(digest, "hex"));
  if (keys.some((key) => key.equals(EMPTY))) {
    throw new SottoError("config_invalid", "keys.sha256: one is the digest of the empty string.");
  }
  if (file === undefined) return keys;
  let text;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw new SottoError("config_invalid", `keys.file: ${file} cannot be read.`, { cause });
  }
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const entry = line.trim();
    if (entry === "" || entry.startsWith("#")) continue;
    const digest = /^sha256:(.*)$/.exec(entry)?.[1];
    const refuse = (reason: string) => new SottoError("config_invalid", `${file}:${index + 1}: ${reason}`);
    if (digest === undefined) {
      if (entry.length < SHORTEST) throw refuse(`a key must have at least ${SHORTEST} characters.`);
      if (!/^[\x21-\x7e]+$/.test(entry)) throw refuse("a key must be of visible ASCII characters, without blanks.");
      keys.push(digestOf(entry));
    } else {
      if (!DIGEST.test(digest)) throw refuse("a digest must be 64 hex digits.");
      const key = Buffer.from(digest, "hex");
      if (key.equals(EMPTY)) throw refuse("this is the digest of the empty string.");
      keys.push(key);
    }
  }
  // A file without keys is a mistake; taking it for "no keys asked for" would open the server.
  if (keys.length === 0) throw new SottoError("config_invalid", `keys.file: ${file} holds no key.`);
  return keys;
}

/** Which key it is, or -1. Looks at all of them whichever it is, so that the time says nothing. */
export function findKey(digests: readonly Buffer[], key: string): number {
  const digest = digestOf(key);
  let found = -1;
  for (const [index, known] of digests.entries()) if (timingSafeEqual(known, digest)) found = index;
  return found;
}

declare module "fastify" {
  interface FastifyRequest {
    /** Which API key the request came with, as a name that says nothing of the key; undefined where none is asked for. */
    tenant: string | undefined;
  }
}

export interface KeysOptions {
  readonly digests: readonly Buffer[];
  readonly rate: Rate;
}

/**
 * Asks everything under /v1/ for `Authorization: Bearer KEY` (`invalid_api_key`, 401), where there are keys; and limits the rate of
 * each. The page and the client part of bundles are public: a browser fetches them without a key.
 */
export function registerKeys(app: FastifyInstance, { digests, rate }: KeysOptions): void {
  app.decorateRequest("tenant", undefined);
  if (digests.length === 0) return;
  const buckets = createBuckets(rate);
  app.addHook("onRequest", (request, reply, done) => {
    // The route and not the address: no spelling of one gets past.
    if (request.routeOptions.url?.startsWith("/v1/") !== true || request.method === "OPTIONS") {
      done();
      return;
    }
    const key = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? "")?.[1];
    const index = key === undefined ? -1 : findKey(digests, key);
    if (index < 0) {
      void reply.header("www-authenticate", "Bearer");
      const what = key === undefined ? "This server asks for an API key." : "This server does not know this API key.";
      done(new SottoError("invalid_api_key", what));
      return;
    }
    request.tenant = String(index);
    done(isReply(request.method) ? refusedAfter(buckets.take(request.tenant), reply) : undefined);
  });
}
