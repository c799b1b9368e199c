/** What the loader takes from the frame, checked by hand: with a schema library it would be ten times as long. */
import { CODE, hasExactly, HEIGHTS, MOST_SHARED, VERSION } from "../limits.ts";
import type { FromFrame } from "../protocol.ts";

/** The answer to `connect`. */
export function isReady(data: unknown): boolean {
  return hasExactly(data, ["sotto", "type"]) && data["sotto"] === VERSION && data["type"] === "ready";
}

/** As `parseFromFrame` of protocol.ts, which a test holds it to: null for anything foreign. */
export function readFromFrame(data: unknown): FromFrame | null {
  const field = FIELDS[typeOf(data)];
  if (field === undefined || !hasExactly(data, ["sotto", "type", ...Object.keys(field)])) return null;
  if (data["sotto"] !== VERSION) return null;
  return Object.entries(field).every(([key, holds]) => holds(data[key])) ? (data as unknown as FromFrame) : null;
}

type Check = (value: unknown) => boolean;

const within = (value: unknown, low: number, high: number) =>
  typeof value === "number" && value >= low && value <= high;
const text = (value: unknown, most: number) => typeof value === "string" && value.length >= 1 && value.length <= most;

/** The keys of each message beside `sotto` and `type`. Without a prototype: "constructor" is no type. */
const FIELDS: Readonly<Record<string, Readonly<Record<string, Check>>>> = Object.assign(
  Object.create(null) as Record<string, Record<string, Check>>,
  {
    resize: { height: (value: unknown) => Number.isInteger(value) && within(value, HEIGHTS.low, HEIGHTS.high) },
    sent: {
      tokens: (value: unknown) => Number.isSafeInteger(value) && within(value, 0, Infinity),
      bits: (value: unknown) => Number.isFinite(value) && within(value, 0, Infinity),
    },
    reply: { text: (value: unknown) => text(value, MOST_SHARED) },
    error: { code: (value: unknown) => text(value, 40) && CODE.test(value as string) },
  } satisfies Record<FromFrame["type"], Record<string, Check>>,
);

function typeOf(data: unknown): string {
  const type: unknown = typeof data === "object" && data !== null ? Reflect.get(data, "type") : undefined;
  return typeof type === "string" ? type : "";
}
