/** Speaks to the attack worker of the built app, as comlink would, on a page that is under the shipped policy. */
import { readdir } from "node:fs/promises";
import type { Page } from "@playwright/test";

export interface WorkerReports {
  /** Attackers in the order in which they reported, and the tokens that the last of them named. */
  readonly attackers: string[];
  readonly guesses: (number | null)[];
  /** What became of the job, as the worker says it. */
  readonly outcome: { readonly ok: boolean; readonly code?: string };
}

/**
 * Attack levels that are as good as clear, of tokens 3 and 1 of a table of 4 rows; with `cancel`, stop the job at its first report.
 */
export async function attackInPage(page: Page, cancel = false): Promise<WorkerReports> {
  const file = (await readdir("dist/app/assets")).find((name) => /^attack-.*\.js$/.test(name));
  if (file === undefined) throw new Error("no attack worker was built");
  return page.evaluate(
    async ([url, stop]) => {
      const worker = new Worker(url, { type: "module" });
      let calls = 0;
      const call = (method: string, values: unknown[], ports: Transferable[] = []) =>
        new Promise<unknown>((resolve, reject) => {
          const id = `call-${calls++}`;
          worker.addEventListener("error", () => reject(new Error("the worker broke")));
          worker.addEventListener("message", ({ data }: MessageEvent<{ id: string; value: unknown }>) => {
            if (data.id === id) resolve(data.value);
          });
          worker.postMessage({ id, type: "APPLY", path: [method], argumentList: values }, ports);
        });
      const raw = (value: unknown) => ({ type: "RAW", value });
      const params = { mechanism: "binomial", mu: 900, bits: 8, dim: 2, clip: 1, sparsity: 1 };
      const rows = Float32Array.of(-1, -1, 1, -1, -1, 1, 1, 1);
      await call("open", [raw({ rows, dim: 2, endToken: 0, ngram: null }), raw(null)]);
      const { port1, port2 } = new MessageChannel();
      const reports: { attacker: string; tokens: ({ guess: number } | null)[] }[] = [];
      port1.onmessage = async ({
        data,
      }: MessageEvent<{ id: string; type: string; argumentList?: { value: never }[] }>) => {
        if (data.type === "APPLY") reports.push(data.argumentList?.[0]?.value as never);
        if (stop) await call("cancel", []);
        port1.postMessage({ id: data.id, type: "RAW", value: undefined });
      };
      const levels = Uint8Array.of(255, 255, 255, 0);
      const draws = [[{ kind: "private", observations: [{ levels, params }] }]];
      const job = { draws, truth: Int32Array.of(3, 1) };
      const outcome = await call("run", [raw(job), { type: "HANDLER", name: "proxy", value: port2 }], [port2]);
      worker.terminate();
      return {
        attackers: reports.map(({ attacker }) => attacker),
        guesses: reports.at(-1)?.tokens.map((leak) => leak?.guess ?? null) ?? [],
        outcome: outcome as { ok: boolean; code?: string },
      };
    },
    [`/assets/${file}`, cancel] as const,
  );
}
