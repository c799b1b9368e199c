/** What can be read of a message: draws of it attacked on this device, and what they say with the texts of the tokens. */
import type { SeenSegment } from "../core/attack/message.ts";
import type { LeakReport, TokenLeak } from "../core/attack/report.ts";
import { attackersAgainst } from "../core/bundle/strongest.ts";
import { SottoError } from "../core/errors.ts";
import type { Attack, OpenAttack } from "../engine/attack/attack.ts";
import type { Engine } from "../engine/engine.ts";
import { levelsByToken, placesInEarlier } from "../engine/reuse.ts";
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
  const attack: Attack = openAttack(
    async () => {
      const kit = await engine.attackKit();
      pieces = kit.pieces;
      return kit;
    },
    () => engine.denoiser(),
  );
  const textOf = (id: number) => pieces[id] ?? "";

  function withText({ guess, candidates, ...rest }: TokenLeak): ReadLeak {
    return {
      ...rest,
      guess: { id: guess, text: textOf(guess) },
      candidates: candidates.map((candidate) => ({ ...candidate, text: textOf(candidate.id) })),
    };
  }

  async function* readings(draws: readonly Drawn[], earlier?: Release, signal?: AbortSignal) {
    const [first] = draws;
    if (first === undefined || first.segments.length === 0) return;
    const { tokens } = first;
    const attackers = attackersAgainst(
      engine.manifest,
      tokens.flatMap(({ preset }) => preset ?? []),
    );
    const truth = Int32Array.from(tokens, ({ id }) => id);
    const job = { draws: draws.map((drawn) => seen(drawn, earlier)), truth, attackers };
    for await (const report of attack.reports(job, signal)) yield { ...reading(report, tokens), attackers };
  }

  function reading({ attacker, draws, tokens: leaks, bitsGained }: LeakReport, tokens: readonly PromptToken[]) {
    const read = tokens.map((token, i) => {
      const leak = leaks[i] ?? null;
      return { ...token, leak: leak === null ? null : withText(leak) };
    });
    return { attacker, draws, tokens: read, bitsGained };
  }

  /** What the attacker is shown of one draw, and was shown before of the same tokens: stretches of tokens that were seen alike. */
  function seen(drawn: Drawn, earlier: Release | undefined): SeenSegment[] {
    const stretches: Seen[][] = [];
    const like = ({ looks }: Seen) => looks?.map(({ preset }) => preset).join() ?? null;
    for (const token of tokensSeen(drawn, earlier)) {
      const last = stretches.at(-1);
      if (last?.[0] !== undefined && like(last[0]) === like(token)) last.push(token);
      else stretches.push([token]);
    }
    return stretches.map((tokens): SeenSegment => {
      const looks = tokens[0]?.looks ?? null;
      if (looks === null) return { kind: "public", ids: Int32Array.from(tokens, ({ id }) => id) };
      return {
        kind: "private",
        observations: looks.map(({ preset }, look) => ({
          levels: joined(tokens.map((token) => token.looks?.[look]?.levels ?? new Uint8Array())),
          params: parametersOf(engine.manifest, preset),
        })),
      };
    });
  }

  let latest: AbortController | null = null;

  return {
    async *preview(segments, { draws = DRAWS, earlier, signal } = {}) {
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
        yield* readings(drawn, earlier?.bundle === engine.digest ? earlier : undefined, either);
      } finally {
        if (latest === own) latest = null;
      }
    },
    async *receipt(release, signal) {
      if (release.bundle !== engine.digest) {
        throw new SottoError("bundle_mismatch", "This was released for another version of the bundle.");
      }
      yield* readings([release], undefined, signal);
    },
    close: () => attack.close(),
  };
}

/** A token as a server has it: in the clear, or by one or more releases of it. */
interface Seen {
  readonly id: number;
  readonly looks: readonly { readonly preset: string; readonly levels: Uint8Array }[] | null;
}

/**
 * Every token of a draw. What was released of it before counts: at the same preset those very levels go again, at another they are seen
 * besides; and what went in the clear once is known.
 */
function tokensSeen(drawn: Drawn, earlier: Release | undefined): Seen[] {
  const own = levelsByToken(drawn);
  const before = earlier === undefined ? [] : levelsByToken(earlier);
  const again = placesInEarlier(drawn.tokens, earlier?.tokens ?? []);
  const places = placesInEarlier(drawn.tokens.map(anyhow), (earlier?.tokens ?? []).map(anyhow));
  return drawn.tokens.map(({ id, preset }, i) => {
    const levels = own[i];
    if (preset === null || levels === undefined) return { id, looks: null };
    const fresh = { preset, levels };
    const place = again[i] === -1 ? (places[i] ?? -1) : (again[i] ?? -1);
    const then = earlier?.tokens[place];
    if (then === undefined) return { id, looks: [fresh] };
    const old = before[place];
    if (then.preset === null || old === undefined) return { id, looks: null };
    return { id, looks: again[i] === -1 ? [{ preset: then.preset, levels: old }, fresh] : [{ preset, levels: old }] };
  });
}

/** The token whatever its preset was. */
function anyhow(token: PromptToken): PromptToken {
  return { ...token, preset: "" };
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** What a draw to look at and a release have in common. */
interface Drawn {
  readonly tokens: readonly PromptToken[];
  readonly segments: readonly ReleasedLevels[];
}
