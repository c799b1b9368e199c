/** What can be read of a message: draws of it attacked on this device, and what they say with the texts of the tokens. */
import type { SeenSegment } from "../core/attack/message.ts";
import type { LeakReport, TokenLeak } from "../core/attack/report.ts";
import { SottoError } from "../core/errors.ts";
import type { Attack, OpenAttack } from "../engine/attack/attack.ts";
import type { Engine } from "../engine/engine.ts";
import type { EngineSegment, ExampleDraw, PromptToken, ReleasedLevels } from "../engine/types.ts";
import { parametersOf } from "./cost.ts";
import type { LeakReading, PreviewOptions, ReadLeak, Release } from "./types.ts";

const DRAWS = 8;
/** Each is released and attacked like a message of its own. */
const MOST_DRAWS = 64;

export interface LeakReader {
  preview(segments: readonly EngineSegment[], options?: PreviewOptions): AsyncGenerator<LeakReading, void, undefined>;
  receipt(release: Release, signal?: AbortSignal): AsyncGenerator<LeakReading, void, undefined>;
  close(): Promise<void>;
}

/** Readings over any engine and any attack. The attack is given levels and ids, and stays on this device. */
export function leakReader(engine: Engine, openAttack: OpenAttack): LeakReader {
  let pieces: readonly string[] = [];
  // The texts stay here: the attack has no use for them.
  const attack: Attack = openAttack(async () => {
    const kit = await engine.attackKit();
    pieces = kit.pieces;
    return kit;
  });
  const textOf = (id: number) => pieces[id] ?? "";

  function withText({ guess, candidates, ...rest }: TokenLeak): ReadLeak {
    return {
      ...rest,
      guess: { id: guess, text: textOf(guess) },
      candidates: candidates.map((candidate) => ({ ...candidate, text: textOf(candidate.id) })),
    };
  }

  async function* readings(draws: readonly Drawn[], signal?: AbortSignal) {
    const [first] = draws;
    if (first === undefined || first.segments.length === 0) return;
    const { tokens } = first;
    const job = { draws: draws.map(seen), truth: Int32Array.from(tokens, ({ id }) => id) };
    for await (const report of attack.reports(job, signal)) yield reading(report, tokens);
  }

  function reading({ attacker, draws, tokens: leaks, bitsGained }: LeakReport, tokens: readonly PromptToken[]) {
    const read = tokens.map((token, i) => {
      const leak = leaks[i] ?? null;
      return { ...token, leak: leak === null ? null : withText(leak) };
    });
    return { attacker, draws, tokens: read, bitsGained };
  }

  /** What the attacker is shown of one draw. */
  function seen({ tokens, segments }: Drawn): SeenSegment[] {
    const shown: SeenSegment[] = [];
    let next = 0;
    for (let at = 0; at < tokens.length;) {
      if (tokens[at]?.preset === null) {
        const length = tokens.slice(at).findIndex(({ preset }) => preset !== null);
        const end = length === -1 ? tokens.length : at + length;
        shown.push({ kind: "public", ids: Int32Array.from(tokens.slice(at, end), ({ id }) => id) });
        at = end;
        continue;
      }
      const segment = segments[next++];
      if (segment === undefined) throw new SottoError("internal_error", "A private token has no levels.");
      const params = parametersOf(engine.manifest, segment.preset);
      shown.push({ kind: "private", observations: [{ levels: segment.levels, params }] });
      at += segment.tokens;
    }
    return shown;
  }

  let latest: AbortController | null = null;

  return {
    async *preview(segments, { draws = DRAWS, signal } = {}) {
      if (!Number.isInteger(draws) || draws < 1 || draws > MOST_DRAWS) {
        throw new SottoError("invalid_parameters", `The number of draws must be an integer from 1 to ${MOST_DRAWS}.`);
      }
      signal?.throwIfAborted();
      // Of a draft that changes, only the newest preview is worth computing. A receipt is waited for.
      latest?.abort(new SottoError("aborted", "A newer preview has taken the place of this one."));
      const own = new AbortController();
      latest = own;
      const either = signal === undefined ? own.signal : AbortSignal.any([own.signal, signal]);
      try {
        const drawn: ExampleDraw[] = [];
        while (drawn.length < draws) {
          drawn.push(await engine.example(segments));
          either.throwIfAborted();
          if (drawn[0]?.segments.length === 0) return;
        }
        yield* readings(drawn, either);
      } finally {
        if (latest === own) latest = null;
      }
    },
    async *receipt(release, signal) {
      if (release.bundle !== engine.digest) {
        throw new SottoError("bundle_mismatch", "This was released for another version of the bundle.");
      }
      yield* readings([release], signal);
    },
    close: () => attack.close(),
  };
}

/** What a draw to look at and a release have in common. */
interface Drawn {
  readonly tokens: readonly PromptToken[];
  readonly segments: readonly ReleasedLevels[];
}
