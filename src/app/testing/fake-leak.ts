/** Readings of nobody: the same for the same tokens, plausible enough to look at. Never in the product. */
import { attackersAgainst, strongestAttacker } from "../../sdk/reading.ts";
import type { Attacker, LeakReading, Manifest, PromptToken, ReadLeak, ReadToken } from "../../sdk/types.ts";

const WORDS = "and the was big day she little said went they happy boy girl play mom dog tree saw of to her it".split(
  " ",
);
const SHARE: Record<Attacker, number> = { nearest: 0.6, bayes: 0.85, sequence: 1.1, denoiser: 1.05 };

export function fakeReading(
  manifest: Manifest,
  prompt: readonly PromptToken[],
  attacker: Attacker,
  draws: number,
): LeakReading {
  const tokens = prompt.map((token, i): ReadToken => {
    const preset = manifest.presets.find(({ name }) => name === token.preset);
    if (token.preset === null || preset === undefined) return { ...token, leak: null };
    const chance =
      SHARE[attacker] * strongestAttacker(preset.measured.recovery).recovery * 1.4 * coin(token.id, i, 99) ** 1.5;
    return { ...token, leak: leakOf(token, i, Math.min(0.97, chance), draws) };
  });
  const probable = tokens.reduce((sum, { leak }) => sum + (leak?.truth ?? 0), 0);
  const attackers = attackersAgainst(
    manifest,
    prompt.flatMap(({ preset }) => preset ?? []),
  );
  const bitsGained = attacker === "nearest" || attacker === "denoiser" ? null : 9 * probable;
  return { attacker, attackers, draws, tokens, bitsGained };
}

function leakOf({ id, text }: PromptToken, place: number, truth: number, draws: number): ReadLeak {
  const named = Array.from({ length: draws }, (_, draw) => coin(id, place, draw) < truth);
  const others = [0, 1, 2, 3].map((n) => {
    const choice = WORDS.filter((word) => word !== text.trim());
    const word = ` ${choice[(Math.floor(coin(id, place, 200) * 20) + n) % choice.length] ?? "the"}`;
    return { id: 4000 + n, text: word, probability: (1 - truth) * 0.3 * 0.6 ** n };
  });
  const candidates = [...others, { id, text, probability: truth }].sort((a, b) => b.probability - a.probability);
  const guess = named[0] === true ? { id, text } : (others[0] ?? { id, text });
  const entropy = 9 * (1 - truth);
  return {
    named,
    truth,
    guess: { id: guess.id, text: guess.text },
    candidates,
    entropy,
    anonymitySet: 2 ** entropy,
    blind: text === " the" || text === "," || text === " and",
  };
}

/** A number in 0..1 that looks like chance and never changes. */
function coin(...seeds: readonly number[]): number {
  let state = 2_166_136_261;
  for (const seed of seeds) state = Math.imul(state ^ (seed + 0x9e3779b9), 16_777_619) ^ (state >>> 13);
  state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d);
  state ^= state >>> 12;
  return (state >>> 0) / 2 ** 32;
}
