/** Zero-concentrated differential privacy (Bun, Steinke 2016): Rényi divergence of every order alpha at most rho alpha. */

/** Halvings of the golden section: 0.618^60 of a range of e^60 is nothing. */
const STEPS = 80;
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/**
 * An epsilon (nats, >= 0) with which rho-zCDP is (epsilon, delta)-differentially private: Proposition 12 of Canonne, Kamath, Steinke
 * (arXiv 2004.00010), at the best alpha. Every alpha gives a true bound, so how well it is searched for decides nothing.
 * @param rho >= 0
 * @param delta in [0, 1]; Infinity at 0 unless rho is 0
 */
export function epsilonOfConcentrated(rho: number, delta: number): number {
  if (rho === 0 || delta >= 1) return 0;
  if (delta === 0) return Infinity;
  // In x = ln(alpha - 1) the bound falls and then rises.
  const at = (x: number) => bound(rho, delta, Math.exp(x));
  let [low, high] = [-30, 30];
  for (let step = 0; step < STEPS; step++) {
    const left = high - GOLDEN * (high - low);
    const right = low + GOLDEN * (high - low);
    if (at(left) <= at(right)) high = right;
    else low = left;
  }
  return Math.max(0, at((low + high) / 2)) * (1 + 1e-12);
}

/** rho alpha + ln(1 - 1/alpha) + (ln(1/delta) - ln alpha) / (alpha - 1), above = alpha - 1. */
function bound(rho: number, delta: number, above: number): number {
  const alpha = 1 + above;
  return rho * alpha + Math.log(above / alpha) + (-Math.log(delta) - Math.log1p(above)) / above;
}
