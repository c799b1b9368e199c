/** A text under attack, message by message. */
import type { ReadBelief } from "../../src/core/attack/denoised.ts";
import type { Material, Pass } from "../../src/core/attack/message.ts";
import { attackMessage } from "../../src/core/attack/message.ts";
import type { TokenTable } from "../../src/core/attack/observation.ts";
import { ATTACKERS, type Attacker, type LeakReport } from "../../src/core/attack/report.ts";
import type { MechanismParameters } from "../../src/core/mechanism/params.ts";
import { platformRandom } from "../../src/core/mechanism/random.ts";
import { release } from "../../src/core/mechanism/sampler.ts";
import { tally, type AttackerFigures } from "./figures.ts";

/** What a text is attacked with. */
export interface Attacked {
  readonly table: TokenTable;
  /** V probabilities. */
  readonly unigram: ArrayLike<number>;
  /** Does `unigram` say how common tokens are? Else it is the same for all, and none is called rare. */
  readonly frequencies: boolean;
  /** Of the sequence attack; none, and it is left out. */
  readonly passes: readonly Pass[];
  /** The server's own network, where the bundle has one. */
  readonly denoiser?: ReadBelief;
}

export interface MeasureOptions {
  /** Independent releases of every message that the attacker has, all of which it uses. 1 unless told. */
  readonly releases?: number;
  /** Attackers to run; all unless told. The nearest row is slow to find and weak. */
  readonly attackers?: readonly Attacker[];
  readonly onProgress?: (done: number, of: number) => void;
  /** Is given what each attacker made of each message. */
  readonly onReport?: (report: LeakReport, message: number) => void;
}

export type Measured = { readonly [name in Attacker]?: AttackerFigures };

/**
 * Release every message, attack it, and count.
 * @param messages ids of each
 */
export async function measure(
  messages: readonly (readonly number[])[],
  params: MechanismParameters,
  { table, unigram, frequencies, passes, denoiser }: Attacked,
  { releases = 1, attackers = ATTACKERS, onProgress, onReport }: MeasureOptions = {},
): Promise<Measured> {
  const material: Material = { table, unigram, passes: attackers.includes("sequence") ? passes : [] };
  const tallies = new Map<Attacker, ReturnType<typeof tally>>();
  const options = { attackers, ...(denoiser && { denoiser }) };
  for (const [done, ids] of messages.entries()) {
    const rows = rowsOf(table, ids);
    const observations = Array.from({ length: releases }, () => ({
      levels: release(rows, params, platformRandom),
      params,
    }));
    for await (const report of attackMessage([[{ kind: "private", observations }]], ids, material, options)) {
      const found = tallies.get(report.attacker) ?? tally(frequencies ? unigram : null);
      tallies.set(report.attacker, found);
      found.add(report, ids);
      onReport?.(report, done);
    }
    onProgress?.(done + 1, messages.length);
  }
  return Object.fromEntries([...tallies].map(([name, each]) => [name, each.figures()]));
}

function rowsOf({ rows, dim }: TokenTable, ids: readonly number[]): Float32Array {
  const found = new Float32Array(ids.length * dim);
  ids.forEach((id, t) => found.set(rows.subarray(id * dim, (id + 1) * dim), t * dim));
  return found;
}
