/** Ledger entries for tests. */
import type { ReleaseEntry } from "../../sdk/types.ts";

export const SERVER = "https://example.invalid";

const params = { mechanism: "binomial", mu: 2, bits: 4, dim: 32, clip: 1, sparsity: 1 } as const;

/** So many private tokens sent at a time, in milliseconds since 1970. */
export function sentAt(at: number, tokens: number, server = SERVER): ReleaseEntry {
  return {
    kind: "release",
    id: crypto.randomUUID(),
    at,
    server,
    bundle: "0".repeat(64),
    bundleId: "demo",
    charges: [{ preset: "balanced", params, tokens }],
    publicTokens: 0,
  };
}
