/**
 * Rates per address and per key. A bucket holds `burst` requests and fills at `perMinute`; it is kept as one number, the time at
 * which it will be full again (the generic cell rate algorithm, ITU-T I.371). Times are monotonic: a clock that is set forward
 * frees nobody, and one that is set back locks nobody out.
 */
import { isIPv6 } from "node:net";
import type { FastifyInstance } from "fastify";
import { SottoError } from "../../src/core/errors.ts";

export interface Rate {
  /** 0: no limit. */
  readonly perMinute: number;
  /** Requests at once, at least 1. */
  readonly burst: number;
}

export interface Buckets {
  /** Take one request from the bucket of `name`: 0, or the seconds after which there will be one again, where there is none. */
  take(name: string): number;
  /** Buckets that are not full. */
  readonly size: number;
}

/** Buckets kept at most; then the oldest is forgotten, which favours its owner. */
const MAX_BUCKETS = 65_536;

export function createBuckets({ perMinute, burst }: Rate, now = () => performance.now(), most = MAX_BUCKETS): Buckets {
  const interval = 60_000 / perMinute;
  const fullAt = new Map<string, number>();
  return {
    take(name) {
      if (perMinute === 0) return 0;
      const time = now();
      const next = Math.max(fullAt.get(name) ?? 0, time) + interval;
      const missing = next - time - burst * interval;
      // A rounding error of the sum is not a request too many.
      if (missing > 1e-6) return Math.ceil(missing / 1000);
      // Set anew, so that the oldest come first.
      fullAt.delete(name);
      fullAt.set(name, next);
      for (const [oldest, full] of fullAt) {
        if (full > time && fullAt.size <= most) break;
        fullAt.delete(oldest);
      }
      return 0;
    },
    get size() {
      return fullAt.size;
    },
  };
}

/** What an address counts as: itself, or its network of 64 bits, which is what an IPv6 subscriber has. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(address)) return address;
  const [head = "", tail] = address.split("%", 1)[0]!.split("::") as [string, string?];
  const groups = (text: string) => (text === "" ? [] : text.split(":"));
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - groups(head).length - groups(tail).length);
  const all = [...groups(head), ...Array<string>(zeros).fill("0"), ...(tail === undefined ? [] : groups(tail))];
  return all
    .slice(0, 4)
    .map((group) => parseInt(group, 16).toString(16))
    .join(":");
}

/** Which requests cost something: those that ask for a reply. Pages, bundles and lists are files. */
export const isReply = (method: string) => method === "POST";

/** Refuses what comes too fast (`rate_limited`, 429, Retry-After). To be installed before the keys: guessing one is limited too. */
export function registerAddressRate(app: FastifyInstance, rate: Rate): void {
  if (rate.perMinute === 0) return;
  const buckets = createBuckets(rate);
  app.addHook("onRequest", (request, reply, done) => {
    done(isReply(request.method) ? refusedAfter(buckets.take(networkOf(request.ip)), reply) : undefined);
  });
}

/** The error of a bucket that was empty, its header set. */
export function refusedAfter(
  seconds: number,
  reply: { header(name: string, value: string): unknown },
): SottoError | undefined {
  if (seconds === 0) return undefined;
  reply.header("retry-after", String(seconds));
  return new SottoError("rate_limited", `Too many requests: the next may come in ${seconds} s.`);
}
