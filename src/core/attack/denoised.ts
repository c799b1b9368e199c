/** What a server's own network reads of a draw: the denoiser that was trained to see through the noise, and names tokens by the way. */
import { PRIVATE, silence, together, type DenoiserInput } from "../denoiser/input.ts";
import { windowOf } from "../denoiser/windows.ts";
import { SottoError } from "../errors.ts";
import { beliefOf, type Belief } from "./belief.ts";
import { NAMED, type DrawResult } from "./draws.ts";
import type { SeenSegment } from "./message.ts";
import { tokensSeen, vocabularyOf, type TokenTable } from "./observation.ts";

/** What it believes of every token of a stretch: T x V log-probabilities, nats. */
export type ReadBelief = (seen: DenoiserInput) => Promise<Float32Array>;

/**
 * Read one draw, a long one window by window, as the server does.
 * @param truth ids of the whole message
 * @throws SottoError `invalid_parameters` where the network is of another vocabulary; what `read` and `pause` throw
 */
export async function byDenoiser(
  draw: readonly SeenSegment[],
  truth: ArrayLike<number>,
  table: TokenTable,
  read: ReadBelief,
  pause: () => Promise<void>,
): Promise<DrawResult> {
  const heard = heardOf(draw, table);
  const { length } = heard.ids;
  const vocabulary = vocabularyOf(table);
  // It has its own idea of the language: no prior is laid over it.
  const flat = new Float64Array(vocabulary);
  const beliefs: Belief[] = [];
  for (let token = 0; token < length;) {
    const { from, to, seenFrom, seenTo } = windowOf(token, length);
    token = to;
    if (heard.ids.subarray(from, to).every((id) => id !== PRIVATE)) continue;
    await pause();
    const rows = await read(stretch(heard, table.dim, seenFrom, seenTo));
    if (rows.length !== (seenTo - seenFrom) * vocabulary) {
      throw new SottoError(
        "invalid_parameters",
        "The denoiser does not believe something of every token of the vocabulary.",
      );
    }
    for (let t = from; t < to; t++) {
      if (heard.ids[t] !== PRIVATE) continue;
      const row = rows.subarray((t - seenFrom) * vocabulary, (t - seenFrom + 1) * vocabulary);
      beliefs.push(beliefOf(row, flat, truth[t] as number, NAMED));
    }
  }
  return { beliefs, bits: null };
}

/** The whole draw as a denoiser is given it. */
function heardOf(draw: readonly SeenSegment[], table: TokenTable): DenoiserInput {
  const { dim } = table;
  const lengths = draw.map((segment) =>
    segment.kind === "public" ? segment.ids.length : tokensSeen(segment.observations, table),
  );
  const heard = silence(
    lengths.reduce((sum, length) => sum + length, 0),
    dim,
  );
  let at = 0;
  for (const [i, segment] of draw.entries()) {
    const end = at + (lengths[i] as number);
    if (segment.kind === "public") {
      heard.ids.set(Array.from(segment.ids), at);
    } else {
      const { estimates, precision } = together(segment.observations);
      heard.estimates.set(estimates, at * dim);
      heard.precision.fill(precision, at, end);
    }
    at = end;
  }
  return heard;
}

function stretch({ estimates, precision, ids }: DenoiserInput, dim: number, from: number, to: number): DenoiserInput {
  return {
    estimates: estimates.subarray(from * dim, to * dim),
    precision: precision.subarray(from, to),
    ids: ids.subarray(from, to),
  };
}
