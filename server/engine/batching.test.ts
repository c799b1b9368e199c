import { setImmediate as tick } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SottoError } from "../../src/core/errors.ts";
import { collect, idsOf } from "../testing/collect.ts";
import { recordingDecoder, recordingModel, replyTo } from "../testing/recording-decoder.ts";
import { writerOf } from "../testing/rows.ts";
import type { DecoderStep } from "./batch.ts";
import { createBatchingEngine } from "./batching.ts";
import type { GenerationRequest, Piece } from "./engine.ts";

const GONE = new Error("gone");
const NOTHING = new Float32Array(0);

function request(rows: readonly number[], changes: Partial<GenerationRequest> = {}): GenerationRequest {
  return {
    prefix: NOTHING,
    writeRows: writerOf(Float32Array.from(rows), recordingModel.hidden),
    length: rows.length,
    maxTokens: 20,
    sampling: { temperature: 0, topP: 1, seed: undefined },
    signal: new AbortController().signal,
    ...changes,
  };
}

async function ticks(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await tick();
}

/** A prompt whose reply is as long as it may be. */
function talkative(salt: number, maxTokens: number): number[] {
  for (let n = 0; ; n++) if (replyTo([salt, n], maxTokens).length === maxTokens) return [salt, n];
}

const joiner = fc.record({
  prefix: fc.nat(2),
  prompt: fc.array(fc.nat(20), { minLength: 1, maxLength: 30 }),
  maxTokens: fc.integer({ min: 1, max: 60 }),
  wait: fc.nat(40),
  // Reads a token only every so many turns of the event loop; leaves after so many tokens.
  slowness: fc.nat(4),
  leaves: fc.option(fc.nat(20), { freq: 3 }),
  // Is gone after so many turns, wherever that is: in the prefix, in its prompt, during a step, with its cache aside.
  gone: fc.option(fc.nat(80), { freq: 2 }),
});

describe("createBatchingEngine", () => {
  it("says to each what it would say to it alone, whoever joins and leaves meanwhile", async () => {
    const options = fc.record({
      batchSize: fc.integer({ min: 1, max: 6 }),
      chunk: fc.integer({ min: 1, max: 12 }),
      ahead: fc.integer({ min: 1, max: 5 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(joiner, { minLength: 1, maxLength: 16 }), options, async (joiners, setup) => {
        const decoder = recordingDecoder();
        const engine = createBatchingEngine(decoder, recordingModel, setup);
        const prefixes = [NOTHING, Float32Array.of(3, 1, 4, 1, 5), Float32Array.of(9, 2)];
        await Promise.all(
          joiners.map(async ({ prefix, prompt, maxTokens, wait, slowness, leaves, gone }) => {
            await ticks(wait);
            const wanted = replyTo([...prefixes[prefix]!, ...prompt], maxTokens);
            const ids: number[] = [];
            const controller = new AbortController();
            const { signal } = controller;
            if (gone !== null) void ticks(gone).then(() => controller.abort(GONE));
            try {
              const asked = request(prompt, { prefix: prefixes[prefix]!, maxTokens, signal });
              for await (const piece of engine.generate(asked)) {
                ids.push("id" in piece ? piece.id : NaN);
                if (ids.length === leaves) break;
                await ticks(slowness);
              }
            } catch (error) {
              expect(error).toBe(GONE);
              expect(signal.aborted).toBe(true);
              expect(ids).toEqual(wanted.slice(0, ids.length));
              return;
            }
            expect(ids).toEqual(wanted.slice(0, leaves || undefined));
          }),
        );
        expect(Math.max(0, ...decoder.steps.map((step) => step.keyValues.batch))).toBeLessThanOrEqual(setup.batchSize);
        expect(engine.load()).toMatchObject({ running: 0, waiting: 0 });
        await engine.close();
      }),
      { numRuns: 300 },
    );
  });

  it("computes a prefix once for all who have it", async () => {
    const decoder = recordingDecoder();
    const engine = createBatchingEngine(decoder, recordingModel);
    const prefix = Float32Array.of(21, 22, 23);
    const prompts = [1, 2, 3, 4].map((salt) => talkative(salt, 3));
    const replies = await Promise.all(prompts.map((rows) => idsOf(engine, request(rows, { prefix, maxTokens: 3 }))));
    expect(replies).toEqual(prompts.map((rows) => replyTo([...prefix, ...rows], 3)));
    expect(decoder.steps.filter(({ rows }) => rows.includes(22))).toHaveLength(1);
    await engine.close();
  });

  it("answers a prefix that nothing follows", async () => {
    const engine = createBatchingEngine(recordingDecoder(), recordingModel);
    expect(await idsOf(engine, request([], { prefix: Float32Array.of(5, 6) }))).toEqual(replyTo([5, 6], 20));
    await engine.close();
  });

  it("goes on with the others between the chunks of a long prompt", async () => {
    const decoder = recordingDecoder();
    const engine = createBatchingEngine(decoder, recordingModel, { chunk: 4 });
    const short = engine.generate(request(talkative(1, 60), { maxTokens: 60 }));
    await short.next();
    const long = Array.from({ length: 40 }, (_, i) => i % 20);
    const reply = idsOf(engine, request(long, { maxTokens: 1 }));
    const before = decoder.steps.length;
    for (let i = 0; i < 20; i++) await short.next();
    await reply;
    // Chunks of 4 rows, and a step between any two of them.
    const lengths = decoder.steps.slice(before).map((step) => step.length);
    expect(lengths.filter((length) => length === 4)).toHaveLength(10);
    expect(lengths.some((length, i) => length === 4 && lengths[i + 1] === 4)).toBe(false);
    await short.return();
    await engine.close();
  });

  it("lets a short prompt that came later pass a long one", async () => {
    const engine = createBatchingEngine(recordingDecoder(), recordingModel, { chunk: 2 });
    const order: string[] = [];
    const long = Array.from({ length: 60 }, (_, i) => i % 20);
    await Promise.all([
      idsOf(engine, request(long, { maxTokens: 1 })).then(() => order.push("long")),
      idsOf(engine, request([1, 2], { maxTokens: 1 })).then(() => order.push("short")),
    ]);
    expect(order).toEqual(["short", "long"]);
    await engine.close();
  });

  it("says at most as many tokens as asked for, and computes none beyond", async () => {
    const decoder = recordingDecoder();
    const engine = createBatchingEngine(decoder, recordingModel);
    expect(await idsOf(engine, request(talkative(1, 3), { maxTokens: 2 }))).toHaveLength(2);
    await ticks(10);
    expect(decoder.steps).toHaveLength(2);
    await engine.close();
  });

  it("computes a few tokens ahead of a reader who does not ask, and the others as ever", async () => {
    const decoder = recordingDecoder();
    const engine = createBatchingEngine(decoder, recordingModel, { ahead: 4 });
    const idle = engine.generate(request(talkative(1, 30), { maxTokens: 30 }));
    await idle.next();
    await ticks(100);
    const begun = decoder.steps.length;
    expect(begun).toBeLessThanOrEqual(5);
    const rows = talkative(2, 30);
    expect(await idsOf(engine, request(rows, { maxTokens: 30 }))).toEqual(replyTo(rows, 30));
    expect(decoder.steps).toHaveLength(begun + 30);
    // And where it left off, it is taken up.
    const rest: number[] = [];
    for await (const piece of idle) if ("id" in piece) rest.push(piece.id);
    expect(rest).toEqual(replyTo(talkative(1, 30), 30).slice(1));
    await engine.close();
  });

  it.each(["prefill", "decoding"])("stops within a step of being aborted, in %s", async (phase) => {
    const decoder = recordingDecoder();
    const engine = createBatchingEngine(decoder, recordingModel, { chunk: 2 });
    const controller = new AbortController();
    const rows = phase === "prefill" ? Array.from({ length: 50 }, () => 1) : talkative(1, 50);
    const generation = engine.generate(request(rows, { signal: controller.signal, maxTokens: 50 }));
    const first = generation.next();
    if (phase === "decoding") await first;
    else await ticks(6);
    controller.abort(new Error("gone"));
    const begun = decoder.steps.length;
    await expect(phase === "decoding" ? generation.next() : first).rejects.toThrow("gone");
    await ticks(20);
    expect(decoder.steps.length - begun).toBeLessThanOrEqual(1);
    await engine.close();
  });

  it("stops within a step when the reader leaves", async () => {
    const decoder = recordingDecoder();
    const engine = createBatchingEngine(decoder, recordingModel);
    const generation = engine.generate(request(talkative(1, 50), { maxTokens: 50 }));
    await generation.next();
    const begun = decoder.steps.length;
    await generation.return();
    await ticks(20);
    expect(decoder.steps.length - begun).toBeLessThanOrEqual(1);
    await engine.close();
  });

  it("ends a sequence that overflows alone", async () => {
    const engine = createBatchingEngine(recordingDecoder({ poison: 25 }), recordingModel);
    // One overflows in its prompt, one when it says 25 itself.
    const says = (wanted: boolean) => {
      for (let n = 0; ; n++) {
        const reply = replyTo([n, 7], 20);
        if (reply.length === 20 && reply.slice(1, 19).includes(25) === wanted && !reply.includes(25) !== wanted) {
          return [n, 7];
        }
      }
    };
    const [sound, late] = [says(false), says(true)];
    const results = await Promise.allSettled([[1, 25], late, sound].map((rows) => idsOf(engine, request(rows))));
    expect(results).toMatchObject([
      { status: "rejected", reason: { code: "non_finite_activation" } },
      { status: "rejected", reason: { code: "non_finite_activation" } },
      { status: "fulfilled", value: replyTo(sound, 20) },
    ]);
    await engine.close();
  });

  it("tells everyone in a step that failed, and serves the next", async () => {
    let broken = true;
    const before = () => (broken ? Promise.reject(new Error("broken")) : tick());
    const engine = createBatchingEngine(recordingDecoder({ before }), recordingModel);
    await expect(idsOf(engine, request([1]))).rejects.toThrow("broken");
    broken = false;
    const generation = engine.generate(request(talkative(1, 20)));
    await generation.next();
    broken = true;
    const rest = idsOf({ generate: () => generation, close: () => Promise.resolve() }, request([1]));
    await expect(rest).rejects.toThrow("broken");
    broken = false;
    expect(await idsOf(engine, request([1, 2]))).toEqual(replyTo([1, 2], 20));
    await engine.close();
  });

  it("lets those who join meanwhile go on when a step fails", async () => {
    let failStep: ((reason: Error) => void) | undefined;
    let hold = false;
    const before = ({ length }: DecoderStep) =>
      hold && length === 1 ? new Promise((_, reject) => (failStep = reject)) : tick();
    const engine = createBatchingEngine(recordingDecoder({ before }), recordingModel, { ahead: 2 });
    const [slow, other] = [talkative(1, 12), talkative(2, 12)];
    const parked = engine.generate(request(slow, { maxTokens: 12 }));
    const ids = [await parked.next()];
    await ticks(20);
    hold = true;
    const stepping = engine.generate(request(other, { maxTokens: 12 }));
    await stepping.next();
    while (failStep === undefined) await tick();
    // Reads what was computed for it, and is in the batch again while the step is under way.
    ids.push(await parked.next(), await parked.next());
    hold = false;
    const refused = expect(stepping.next()).rejects.toThrow("broken");
    failStep(new Error("broken"));
    await refused;
    const rest = await collect(parked);
    expect([...ids.map(({ value }) => value as Piece), ...rest]).toEqual(replyTo(slow, 12).map((id) => ({ id })));
    await engine.close();
  });

  it.each(["fails", "is left"])("answers the next with a prefix whose computation %s half-way", async (how) => {
    const decoder = recordingDecoder({
      before: (step) => (step.filled[0] === 4 && broken ? Promise.reject(new Error("broken")) : tick()),
    });
    let broken = how === "fails";
    const engine = createBatchingEngine(decoder, recordingModel, { chunk: 4 });
    const prefix = Float32Array.from({ length: 10 }, (_, i) => i + 3);
    const controller = new AbortController();
    const first = idsOf(engine, request([1, 2], { prefix, signal: controller.signal }));
    const refused = expect(first).rejects.toThrow(how === "fails" ? "broken" : "gone");
    if (how === "is left") {
      while (decoder.steps.length === 0) await tick();
      controller.abort(GONE);
    }
    await refused;
    expect(decoder.steps.length).toBeLessThan(3);
    broken = false;
    expect(await idsOf(engine, request([5], { prefix }))).toEqual(replyTo([...prefix, 5], 20));
    // What there was of it was not computed again.
    expect(decoder.steps.filter(({ filled, length }) => filled[0] === 0 && length === 4)).toHaveLength(1);
    await engine.close();
  });

  it("asks for rows a chunk at a time, and fails alone where they cannot be written", async () => {
    const engine = createBatchingEngine(recordingDecoder(), recordingModel, { chunk: 4 });
    const sizes: number[] = [];
    const writeRows = (from: number, into: Float32Array) => {
      sizes.push(into.length);
      if (from >= 8) return Promise.reject(new SottoError("non_finite_activation", "too large"));
      into.fill(1);
      return Promise.resolve();
    };
    const sound = talkative(1, 20);
    const [refused, said] = await Promise.allSettled([
      idsOf(engine, request([], { length: 30, writeRows })),
      idsOf(engine, request(sound)),
    ]);
    expect(refused).toMatchObject({ status: "rejected", reason: { code: "non_finite_activation" } });
    expect(said).toMatchObject({ value: replyTo(sound, 20) });
    expect(sizes).toEqual([4, 4, 4]);
    await engine.close();
  });

  it("counts the steps of its batches, in each of which many say something", async () => {
    const decoder = recordingDecoder();
    const engine = createBatchingEngine(decoder, recordingModel);
    const prompts = [1, 2, 3, 4].map((salt) => talkative(salt, 10));
    const replies = Promise.all(prompts.map((rows) => idsOf(engine, request(rows, { maxTokens: 10 }))));
    while (engine.load().running < 4) await tick();
    expect((await replies).flat()).toHaveLength(40);
    const batched = decoder.steps.filter(({ length }) => length === 1);
    expect(engine.load()).toEqual({ running: 0, waiting: 0, steps: batched.length });
    expect(batched.length).toBeLessThan(20);
    await engine.close();
  });

  it("lets a step end before it frees the decoder, and starts no other", async () => {
    let finish = () => undefined as void;
    const decoder = recordingDecoder({ before: () => new Promise<void>((resolve) => (finish = resolve)) });
    const engine = createBatchingEngine(decoder, recordingModel);
    const first = engine.generate(request([1])).next();
    const refused = expect(first).rejects.toMatchObject({ code: "engine_closed" });
    await ticks(2);
    const closing = engine.close();
    await ticks(5);
    expect(decoder.closed).toBe(false);
    finish();
    await closing;
    expect(decoder.closed).toBe(true);
    await refused;
    expect(decoder.steps).toHaveLength(1);
    await expect(engine.generate(request([1])).next()).rejects.toMatchObject({ code: "engine_closed" });
  });
});
