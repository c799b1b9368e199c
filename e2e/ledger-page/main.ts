/**
 * Sends through the SDK and this browser's own ledger, over and over, until it is killed. The engine is a stub: each of its releases
 * carries the name of its draw in the clear, so that the server can say which draws it saw.
 */
import { parseManifest } from "../../src/core/bundle/manifest-schema.ts";
import { encodeFrame } from "../../src/core/wire/frame.ts";
import { localAttack } from "../../src/engine/attack/local-attack.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { clientOver } from "../../src/sdk/client.ts";
import { browserLedger } from "../../src/storage/ledger-idb.ts";
import type { Ledger } from "../../src/storage/ledger.ts";

/** Where the page tells the test that it may be killed. */
export type Moment = "charging" | "charged" | "sending";

/** `late` is what must never be: it sends first and charges then. */
export type Order = "spend-then-send" | "late";

export interface LedgerPage {
  /** Ids of the draws that the ledger knows. */
  charged(): Promise<string[]>;
  /** Send for ever. */
  start(order: Order): Promise<void>;
}

declare global {
  interface Window {
    readonly sotto: LedgerPage;
    /** Given by the test. */
    reached(moment: Moment): Promise<void>;
  }
}

const DIGEST = "ab".repeat(32);
const stored = browserLedger();

const told: Ledger = {
  ...stored,
  async spend(entry) {
    void window.reached("charging");
    await stored.spend(entry);
    await window.reached("charged");
  },
};

const late: Ledger = {
  ...stored,
  spend(entry) {
    setTimeout(() => void stored.spend(entry), 1000);
    return Promise.resolve();
  },
};

async function openEngine(): Promise<Engine> {
  const response = await fetch("/manifest.json");
  const manifest = parseManifest(new Uint8Array(await response.arrayBuffer()));
  const unused = () => Promise.reject(new Error("not part of this page"));
  return {
    info: { backend: "wasm", note: "", threads: 1 },
    manifest,
    digest: DIGEST,
    tokenize: () => Promise.resolve([]),
    example: unused,
    release() {
      const id = crypto.randomUUID();
      const tokens = 1 + ((crypto.getRandomValues(new Uint8Array(1))[0] ?? 0) % 8);
      const segment = { preset: "light", bits: 4, dim: manifest.dim, tokens };
      const name = Uint32Array.from(id.replaceAll("-", "").match(/.{8}/g) ?? [], (word) => Number.parseInt(word, 16));
      const levels = new Uint8Array(tokens * manifest.dim);
      return Promise.resolve({
        kind: "release",
        bundle: DIGEST,
        draws: [{ id, charges: [{ preset: "light", tokens }], publicTokens: 0 }],
        frame: encodeFrame({
          bundle: DIGEST,
          segments: [
            { kind: "public", ids: name },
            { kind: "levels", coding: "packed", ...segment, levels },
          ],
        }),
        tokens: [],
        segments: [{ ...segment, levels }],
        sizes: { frame: 0, text: 0, embeddings: 0 },
      });
    },
    vocabulary: async () => null,
    denoiser: unused,
    attackKit: () => Promise.reject(new Error("nothing is previewed here")),
    close: () => Promise.resolve(),
  };
}

const page: LedgerPage = {
  async charged() {
    return (await stored.rows()).map(({ entry }) => entry.id);
  },
  async start(order) {
    const client = clientOver(await openEngine(), location.origin, order === "late" ? late : told, localAttack());
    for (;;) {
      const release = await client.release("any text", "light");
      for await (const chunk of client.send(release)) {
        if (chunk.finishReason !== null) void window.reached("sending");
      }
    }
  },
};

Object.assign(window, { sotto: page });
