import { expose } from "comlink";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import type { TokenTable } from "../../core/attack/observation.ts";
import { logLikelihoods } from "../../core/attack/likelihood.ts";
import type { LeakReport } from "../../core/attack/report.ts";
import { SottoError } from "../../core/errors.ts";
import type { MechanismParameters } from "../../core/mechanism/params.ts";
import { platformRandom } from "../../core/mechanism/random.ts";
import { release } from "../../core/mechanism/sampler.ts";
import { outcome, unwrap } from "../remote-error.ts";
import type { Attack, AttackJob, AttackPublic, OpenAttack } from "./attack.ts";
import { localAttack, type LocalAttackOptions } from "./local-attack.ts";
import { nodeAttack } from "./node-attack.ts";
import type { AttackWorker } from "./protocol.ts";
import { workerAttack, type WorkerLike } from "./worker-attack.ts";

const dim = 8;
const vocabulary = 50;
const clear: MechanismParameters = { mechanism: "binomial", mu: 60, bits: 8, dim, clip: 1, sparsity: 1 };
const table: TokenTable = { rows: Float32Array.from({ length: vocabulary * dim }, (_, i) => Math.sin(i * i)), dim };
const truth = Int32Array.of(7, 3, 49, 11);
const kit = async (): Promise<AttackPublic> => ({ rows: table.rows.slice(), dim, endToken: 0, ngram: null });

let job: AttackJob;
beforeAll(() => {
  const levels = (ids: number[]) =>
    release(
      Float32Array.from(ids.flatMap((id) => [...table.rows.subarray(id * dim, (id + 1) * dim)])),
      clear,
      platformRandom,
    );
  const draw = () => [
    { kind: "private" as const, observations: [{ levels: levels([7]), params: clear }] },
    { kind: "public" as const, ids: Int32Array.of(3) },
    { kind: "private" as const, observations: [{ levels: levels([49, 11]), params: clear }] },
  ];
  job = { draws: [draw(), draw()], truth };
});

async function all(reports: AsyncIterable<LeakReport>): Promise<LeakReport[]> {
  const found: LeakReport[] = [];
  for await (const report of reports) found.push(report);
  return found;
}

/** A denoiser whose graph is the id that it always believes in. */
const openDenoiser: NonNullable<LocalAttackOptions["openDenoiser"]> = async ([id = 0]) => ({
  read: async ({ ids }) =>
    Float32Array.from({ length: ids.length * vocabulary }, (_, i) => (i % vocabulary === id ? -0.01 : -9)),
  close: async () => undefined,
});

/** As workers/attack.ts, in this thread at the other end of a channel. `break` is what a browser says of a worker that died. */
function fakeWorkers(): {
  start: () => WorkerLike & { break(): void };
  started: (WorkerLike & { break(): void })[];
  ended: () => number;
} {
  const started: (WorkerLike & { break(): void })[] = [];
  let ended = 0;
  return {
    started,
    ended: () => ended,
    start() {
      const { port1, port2 } = new MessageChannel();
      let attack: Attack | null = null;
      let control = new AbortController();
      const worker: AttackWorker = {
        open: (bundle, denoiser) =>
          outcome(async () => {
            attack = localAttack({ openDenoiser })(
              async () => bundle,
              denoiser === null ? undefined : async () => unwrap(await denoiser()),
            );
          }),
        run: (work, onReport) =>
          outcome(async () => {
            control = new AbortController();
            for await (const report of attack?.reports(work, control.signal) ?? []) await onReport(report);
          }),
        cancel: async () => control.abort(new SottoError("aborted", "stopped")),
      };
      expose(worker, port2);
      port1.start();
      const events = new EventTarget();
      const fake = {
        postMessage: port1.postMessage.bind(port1),
        addEventListener: (type: string, listener: EventListener) =>
          (type === "message" ? port1 : events).addEventListener(type, listener),
        removeEventListener: (type: string, listener: EventListener) =>
          (type === "message" ? port1 : events).removeEventListener(type, listener),
        terminate() {
          ended++;
          port1.close();
          port2.close();
        },
        break: () => void events.dispatchEvent(new Event("error", { cancelable: true })),
      } as unknown as WorkerLike & { break(): void };
      started.push(fake);
      return fake;
    },
  };
}

let open: Attack[] = [];
afterEach(async () => {
  for (const attack of open) await attack.close();
  open = [];
});
function opened(how: OpenAttack, material = kit): Attack {
  const attack = how(material);
  open.push(attack);
  return attack;
}

describe.each<[string, () => OpenAttack]>([
  ["in the calling thread", () => localAttack()],
  ["in Node, on onnxruntime-web", () => nodeAttack()],
  ["in a worker", () => workerAttack(fakeWorkers().start)],
])("an attack %s", (_, how) => {
  it("reports each attacker over all draws, and reads a text that is as good as clear", async () => {
    const reports = await all(opened(how()).reports(job));
    expect(reports.map(({ attacker }) => attacker)).toEqual(["nearest", "bayes"]);
    for (const { tokens, draws } of reports) {
      expect(draws).toBe(2);
      expect(tokens[1]).toBeNull();
      expect(tokens.map((leak) => leak?.guess)).toEqual([7, undefined, 49, 11]);
      expect(tokens[0]?.named).toEqual([true, true]);
    }
  });

  it("asks for its kit with the first job, and no more", async () => {
    let asked = 0;
    const attack = opened(how(), () => (asked++, kit()));
    expect(asked).toBe(0);
    await Promise.all([all(attack.reports(job)), all(attack.reports(job))]);
    await all(attack.reports(job));
    expect(asked).toBe(1);
  });

  it("says why there is no kit, and asks again", async () => {
    let asked = 0;
    const failing = () => (asked++ === 0 ? Promise.reject(new SottoError("server_unreachable", "No answer.")) : kit());
    const attack = opened(how(), failing);
    await expect(all(attack.reports(job))).rejects.toMatchObject({ code: "server_unreachable" });
    expect(await all(attack.reports(job))).toHaveLength(2);
  });

  it("ends between two steps when it is aborted, with the reason, and goes on to the next job", async () => {
    const attack = opened(how());
    const control = new AbortController();
    const reason = new Error("the text has changed");
    const reports = attack.reports(job, control.signal)[Symbol.asyncIterator]();
    expect((await reports.next()).value).toMatchObject({ attacker: "nearest" });
    control.abort(reason);
    await expect(reports.next()).rejects.toBe(reason);
    expect(await all(attack.reports(job))).toHaveLength(2);
  });

  it("refuses levels that are none", async () => {
    const observations = [{ levels: Uint8Array.of(1, 2, 3), params: clear }];
    const bad = opened(how()).reports({ draws: [[{ kind: "private", observations }]], truth: Int32Array.of(1) });
    await expect(all(bad)).rejects.toMatchObject({ code: "invalid_parameters" });
  });
});

describe.each([
  ["in this thread", () => localAttack({ openDenoiser })],
  ["in a worker", () => workerAttack(fakeWorkers().start)],
])("a denoiser %s", (_, how) => {
  it("is fetched when it is first to read, reads last unless told, and is kept", async () => {
    let fetched = 0;
    const attack = how()(kit, async () => {
      fetched++;
      return Uint8Array.of(49);
    });
    open.push(attack);
    expect((await all(attack.reports({ ...job, attackers: ["nearest"] }))).length).toBe(1);
    expect(fetched).toBe(0);
    const reports = await all(attack.reports(job));
    expect(reports.map(({ attacker }) => attacker)).toEqual(["nearest", "bayes", "denoiser"]);
    expect(reports[2]?.tokens.map((leak) => leak?.guess)).toEqual([49, undefined, 49, 49]);
    expect(reports[2]?.tokens[2]?.named).toEqual([true, true]);
    await all(attack.reports(job));
    expect(fetched).toBe(1);
  });

  it("that cannot be fetched leaves what the others read, and is asked for again", async () => {
    let fetched = 0;
    const attack = how()(kit, async () => {
      if (fetched++ === 0) throw new SottoError("server_unreachable", "The server does not answer.");
      return Uint8Array.of(3);
    });
    open.push(attack);
    const read: string[] = [];
    const first = async () => {
      for await (const { attacker } of attack.reports(job)) read.push(attacker);
    };
    await expect(first()).rejects.toMatchObject({ code: "server_unreachable" });
    expect(read).toEqual(["nearest", "bayes"]);
    expect(await all(attack.reports(job))).toHaveLength(3);
  });
});

describe("a product that fails", () => {
  const failing = (openings: { closed: number }) => async () => ({
    product: () => Promise.reject(new Error("the device is lost")),
    close: async () => void openings.closed++,
  });

  it("is done by core's loops, from then on", async () => {
    const openings = { closed: 0 };
    const attack = opened(localAttack({ openProduct: failing(openings) }));
    expect(await all(attack.reports(job))).toHaveLength(2);
    expect(await all(attack.reports(job))).toHaveLength(2);
    expect(openings.closed).toBe(1);
  });

  it("is done by core's loops where no runtime starts", async () => {
    const attack = opened(localAttack({ openProduct: () => Promise.reject(new Error("no WebAssembly here")) }));
    expect(await all(attack.reports(job))).toHaveLength(2);
  });

  it("is let go when the attack is closed", async () => {
    let closed = 0;
    const product = async (...given: Parameters<typeof logLikelihoods>) => logLikelihoods(...given);
    const attack = localAttack({ openProduct: async () => ({ product, close: async () => void closed++ }) })(kit);
    await all(attack.reports(job));
    await attack.close();
    expect(closed).toBe(1);
  });
});

describe("the attack worker", () => {
  it("is started by the first job, kept, and ended by closing", async () => {
    const workers = fakeWorkers();
    const attack = workerAttack(workers.start)(kit);
    expect(workers.started).toHaveLength(0);
    await all(attack.reports(job));
    await all(attack.reports(job));
    expect([workers.started.length, workers.ended()]).toEqual([1, 0]);
    await attack.close();
    expect(workers.ended()).toBe(1);
    await expect(all(attack.reports(job))).rejects.toMatchObject({ code: "engine_closed" });
  });

  it("ends, where it breaks, the job that waits for it, and the next job starts another", async () => {
    const workers = fakeWorkers();
    const attack = opened(workerAttack(workers.start));
    const reports = attack.reports(job)[Symbol.asyncIterator]();
    await reports.next();
    workers.started[0]?.break();
    await expect(
      (async () => {
        for (;;) if ((await reports.next()).done === true) return;
      })(),
    ).rejects.toMatchObject({ code: "runtime_unavailable" });
    expect(await all(attack.reports(job))).toHaveLength(2);
    expect([workers.started.length, workers.ended()]).toEqual([2, 1]);
  });

  it("leaves nobody waiting when it is closed in the middle of a job", async () => {
    const attack = workerAttack(fakeWorkers().start)(kit);
    const waiting = all(attack.reports(job));
    waiting.catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 0));
    await attack.close();
    await expect(waiting).rejects.toMatchObject({ code: "engine_closed" });
  });
});
