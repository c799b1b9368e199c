/** The search for a noise level. */
import { SottoError } from "../../src/core/errors.ts";
import type { MechanismParameters } from "../../src/core/mechanism/params.ts";
import { ATTACKERS, type Attacker } from "../../src/core/attack/report.ts";
import { measure, type Attacked, type Measured } from "./measure.ts";

/** mu is tried in multiples of this. */
const STEP = 0.05;

/** The largest that is tried. The noise is long gone. */
export const MOST_MU = 200;

/** The search ends where it has mu to this much of itself: chance moves it more. */
const ENOUGH = 0.01;

/** How far down at once where a stronger attack reads too much. */
const FALL = 0.8;

export interface Calibration {
  readonly mu: number;
  /** At that mu, on a release of its own: not the one that it was chosen by. */
  readonly measured: Measured;
}

export interface CalibrationOptions {
  /** Is told where a measurement stands. */
  readonly onProgress?: (mu: number, done: number, of: number) => void;
  /** Is told what the strongest attacker read at a mu that was tried. */
  readonly onTried?: (mu: number, recovery: number) => void;
}

/**
 * The largest mu at which no attacker names more than `target` of the tokens. Recovery grows with mu but for the chance of the draws;
 * to that chance the mu returned is the cautious one: what was measured there last is within the target.
 * @param target a share
 * @param params of a mu
 * @throws SottoError `invalid_parameters` where attackers name more without any release; whatever `measure` throws
 */
export async function calibrate(
  target: number,
  messages: readonly (readonly number[])[],
  params: (mu: number) => MechanismParameters,
  attacked: Attacked,
  { onProgress, onTried }: CalibrationOptions = {},
): Promise<Calibration> {
  const at = async (step: number, attackers: readonly Attacker[], passes = attacked.passes) => {
    const mu = muAt(step);
    const measured = await measure(
      messages,
      params(mu),
      { ...attacked, passes },
      {
        attackers,
        ...(onProgress && { onProgress: (done, of) => onProgress(mu, done, of) }),
      },
    );
    return { mu, measured, found: most(measured) };
  };
  const told = (tried: Awaited<ReturnType<typeof at>>) => {
    onTried?.(tried.mu, tried.found);
    return tried;
  };

  // The attack on each token alone is quick, and what it names bounds what is left to search; so it goes on from pass to pass.
  const quick = async (step: number) => (await at(step, ["bayes"])).found;
  let step = await largestWithin(quick, target, 1 / STEP, MOST_MU / STEP);
  for (let count = 2; count <= attacked.passes.length && step !== null; count++) {
    const passes = attacked.passes.slice(0, count);
    const whole = async (tried: number) => told(await at(tried, ["bayes", "sequence"], passes)).found;
    step = await largestWithin(whole, target, step, step);
  }

  if (attacked.denoiser !== undefined && step !== null) {
    const network = async (tried: number) => told(await at(tried, ["denoiser"], [])).found;
    step = await largestWithin(network, target, step, step);
  }

  for (; step !== null && step >= 1; step = Math.min(step - 1, Math.floor(step * (1 - 2 * ENOUGH)))) {
    const { mu, measured, found } = told(await at(step, ATTACKERS));
    if (found <= target) return { mu, measured };
  }
  throw new SottoError(
    "invalid_parameters",
    "No noise meets this target on this text: attackers name more of it without seeing anything.",
  );
}

/**
 * The largest step up to `last` that is within the target. A guess by a straight line saves most of the halving.
 * @returns null where none is
 */
async function largestWithin(
  recovery: (step: number) => Promise<number>,
  target: number,
  start: number,
  last: number,
): Promise<number | null> {
  let within: { step: number; found: number } | null = null;
  let beyond: { step: number; found: number } | null = null;
  let step = start;
  for (;;) {
    const found = await recovery(step);
    if (found <= target) within = { step, found };
    else beyond = { step, found };
    if (beyond === null) {
      if (step === last) return last;
      step = Math.min(last, 2 * step);
    } else if (within === null) {
      if (step === 1) return null;
      step = Math.max(1, Math.floor(step * FALL));
    } else {
      const gap = beyond.step - within.step;
      if (gap <= Math.max(1, ENOUGH * within.step)) return within.step;
      const line = (target - within.found) / (beyond.found - within.found);
      // Never so near to an end that the other hardly moves.
      const share = Math.min(0.8, Math.max(0.2, line));
      step = Math.min(beyond.step - 1, Math.max(within.step + 1, Math.round(within.step + share * gap)));
    }
  }
}

function most(measured: Measured): number {
  return Math.max(0, ...Object.values(measured).map(({ recovery }) => recovery.share));
}

function muAt(step: number): number {
  return Number((step * STEP).toFixed(2));
}
