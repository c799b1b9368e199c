/** The line of those who are not admitted yet: what they cost, and how long they stand there. */
import { once } from "node:events";
import { setImmediate as tick } from "node:timers/promises";
import { afterEach, describe, expect, it, vi } from "vitest";
import { encodeFrame } from "../src/core/wire/frame.ts";
import { loadBundle } from "./bundles.ts";
import { complete } from "./completion.ts";
import { admitting, createAdmission } from "./engine/admission.ts";
import type { Engine } from "./engine/engine.ts";
import { DEFAULT_LIMITS } from "./limits.ts";
import { rowsOf } from "./testing/rows.ts";
import { scriptedEngine } from "./testing/scripted-engine.ts";
import { testApp, type TestApp } from "./testing/test-app.ts";
import { TINY, writeTinyBundle } from "./testing/tiny-bundle.ts";

describe("the waiting line", () => {
  let server: TestApp | undefined;
  afterEach(() => server?.close());

  it("holds frames and no rows: those are computed for who is let in", async () => {
    const tiny = await writeTinyBundle();
    const bundle = await loadBundle(tiny.directory);
    await tiny.remove();
    let products = 0;
    const watched = {
      ...bundle,
      get deprojection() {
        products += 1;
        return bundle.deprojection;
      },
    };
    // Writes its rows, and says nothing until it is left.
    const engine: Engine = {
      // eslint-disable-next-line require-yield
      async *generate(request) {
        await rowsOf(request, TINY.hidden);
        await once(request.signal, "abort");
        throw request.signal.reason;
      },
      close: () => Promise.resolve(),
    };
    const admission = createAdmission({ maxSequences: 1, tokenBudget: 1000, waiting: 10 });
    const frame = encodeFrame({
      bundle: bundle.sha256,
      segments: [{ kind: "activations", dim: TINY.dim, tokens: 2, values: new Float32Array(2 * TINY.dim) }],
    });
    const request = { frame, maxTokens: 5, sampling: { temperature: 0, topP: 1, seed: undefined }, stop: [] };
    const served = { bundle: watched, engine: admitting(engine, admission, TINY.hidden) };
    const readers = Array.from({ length: 5 }, () => new AbortController());
    const replies = readers.map(({ signal }) => complete(served, request, DEFAULT_LIMITS, signal).next());
    const settled = Promise.allSettled(replies);
    await tick();
    expect([admission.admitted, admission.waiting, products]).toEqual([1, 4, 1]);
    readers[0]!.abort();
    await vi.waitFor(() => expect([admission.waiting, products]).toEqual([3, 2]));
    for (const reader of readers) reader.abort();
    await settled;
    expect([admission.admitted, products]).toEqual([0, 2]);
  });

  it("is left, with a status, by who has waited for as long as the first token may take", async () => {
    const engine = scriptedEngine({ endless: true, stepMs: 20 });
    server = await testApp({ engine, limits: { maxSequences: 1, waiting: 1, firstByteMs: 150 } });
    const post = (max_tokens: number) =>
      server!.app.inject({ method: "POST", url: "/v1/completions", payload: server!.body({ max_tokens }) });
    const running = post(50);
    await vi.waitFor(() => expect(engine.steps).toBeGreaterThan(0));
    // The only place in the line is free again for the second.
    for (let i = 0; i < 2; i++) {
      const waited = await post(1);
      expect(waited.json()).toMatchObject({ error: { code: "engine_timeout" } });
      expect(waited.statusCode).toBe(504);
    }
    expect(engine.requests).toHaveLength(1);
    expect((await running).statusCode).toBe(200);
    expect((await post(1)).statusCode).toBe(200);
  });
});
