/**
 * Privacy of n binomial rounds, exactly (spec section 3). The pair Binomial(n, 1/2 + q) against Binomial(n, 1/2 - q)
 * dominates every pair of inputs whose Bernoulli parameters lie in [1/2 - q, 1/2 + q]; what follows is about that pair, K the
 * number of successes, and holds for any table, even one from a hostile server.
 *
 * Loss at k successes: L(k) = (2k - n) lambda, lambda = ln((1/2+q)/(1/2-q)). With k* = min{k : L(k) > epsilon},
 *   delta(epsilon) = Pr+[K >= k*] - e^epsilon Pr-[K >= k*] = sum over k >= k* of Pr+[k] (1 - e^(epsilon - L(k))).
 * The sum is what is evaluated: all its terms are positive, so nothing cancels, however small q or delta. Results are within
 * 1e-9 of the exact value, relative, up to n = 1e8 (the tests find about 1e-12); they are not rounded up.
 */
import { SottoError } from "../errors.ts";
import { logBinomialPmf } from "./binomial-pmf.ts";

/** n released rounds (M d for a token, M d T for a message), each with its parameter in [1/2 - q, 1/2 + q]. */
export interface RoundsBudget {
  /** n, an integer in 1..1e10. */
  readonly rounds: number;
  /** In (0, 1/2]; 1/2 is no noise at all. */
  readonly q: number;
}

/** The sums below have some 20 sqrt(n) terms; this keeps them under a second and the integers exact. */
const MAX_ROUNDS = 1e10;

/** Terms that together are this share of a sum are left out of it. */
const NEGLIGIBLE = 1e-17;

/**
 * The smallest delta for which the release is (epsilon, delta)-differentially private, in [0, 1].
 * @param epsilon nats, >= 0
 * @throws SottoError `accounting_out_of_range`
 */
export function delta(epsilon: number, budget: RoundsBudget): number {
  validate(budget);
  if (!(epsilon >= 0)) throw new SottoError("accounting_out_of_range", "Epsilon must be 0 or more.");
  if (epsilon === Infinity) return 0;
  const { rounds: n, q } = budget;
  if (q === 0.5) return 1;
  // At a tie L(k) = epsilon the term is 0: the rounding of this division does not matter.
  const k = Math.floor((n + epsilon / lambda(q)) / 2) + 1;
  return k > n ? 0 : gap(k, loss(k, n, q) - epsilon, budget);
}

/**
 * The smallest epsilon >= 0 (nats) for which the release is (epsilon, delta)-differentially private. Infinity when q = 1/2 and
 * delta < 1.
 *
 * `delta` falls with epsilon and on [L(k-1), L(k)] it is Pr+[K >= k] - e^epsilon Pr-[K >= k]. So: find that k, then solve for
 * epsilon in closed form, ln((Pr+[K >= k] - delta) / Pr-[K >= k]), written relative to L(k) so that nothing overflows.
 *
 * @param delta in [0, 1]
 * @throws SottoError `accounting_out_of_range`
 */
export function epsilon(delta: number, budget: RoundsBudget): number {
  validate(budget);
  if (!(delta >= 0 && delta <= 1)) throw new SottoError("accounting_out_of_range", "Delta must be from 0 to 1.");
  const { rounds: n, q } = budget;
  if (delta === 1) return 0;
  if (q === 0.5) return Infinity;
  // Probabilities that underflow must not pass for none.
  if (delta === 0) return loss(n, n, q);
  const first = Math.floor(n / 2) + 1;
  if (gap(first, loss(first, n, q), budget) <= delta) return 0;

  let low = first;
  let high = n;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (gap(middle, 0, budget) <= delta) high = middle;
    else low = middle + 1;
  }
  const excess = (delta - gap(low, 0, budget)) / shared(low, budget);
  const solution = loss(low, n, q) + Math.log1p(-excess);
  // Rounding must not carry it out of the piece it was solved on.
  return Math.min(Math.max(solution, loss(low - 1, n, q), 0), loss(low, n, q));
}

/**
 * What the server learns at most, in bits: n (1 - H2(1/2 + q)), H2 the binary entropy. It bounds the mutual information of
 * the input and the release for every distribution of the input.
 * @throws SottoError `accounting_out_of_range`
 */
export function bitsBound(budget: RoundsBudget): number {
  validate(budget);
  const x = 2 * budget.q;
  // ln 2 times the bits of one round is ((1+x) ln(1+x) + (1-x) ln(1-x)) / 2. For small x, where this is about x^2/2, its two
  // halves cancel; x artanh(x) + ln(1-x^2)/2 is the same number and keeps its digits there, but not near 1.
  const nats =
    x < 0.5
      ? x * Math.atanh(x) + Math.log1p(-x * x) / 2
      : ((1 + x) * Math.log1p(x) + (x === 1 ? 0 : (1 - x) * Math.log1p(-x))) / 2;
  return (budget.rounds * nats) / Math.LN2;
}

function validate({ rounds, q }: RoundsBudget): void {
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > MAX_ROUNDS) {
    throw new SottoError("accounting_out_of_range", `Rounds must be an integer from 1 to ${MAX_ROUNDS}.`);
  }
  if (!(q > 0 && q <= 0.5)) throw new SottoError("accounting_out_of_range", "q must be above 0 and at most 1/2.");
}

/** ln((1/2+q)/(1/2-q)), accurate for small q too. */
function lambda(q: number): number {
  return 2 * Math.atanh(2 * q);
}

/** L(k), in nats. */
function loss(k: number, n: number, q: number): number {
  return (2 * k - n) * lambda(q);
}

/**
 * Pr+[K >= k] - e^epsilon Pr-[K >= k] where epsilon = L(k) - slack, for k > n/2 and slack >= 0. The terms are
 * Pr+[j] (1 - e^-(slack + 2 lambda (j - k))), summed from the largest Pr+[j] outwards, each from its neighbour by their ratio.
 */
function gap(k: number, slack: number, { rounds: n, q }: RoundsBudget): number {
  const step = 2 * lambda(q);
  const odds = (1 + 2 * q) / (1 - 2 * q);
  const mode = Math.min(n, Math.floor((n + 1) * (0.5 + q)));
  const start = Math.max(k, mode);
  const peak = Math.exp(logBinomialPmf(start, n, 0.5 + q, 0.5 - q));

  let sum = 0;
  for (let j = start, mass = peak; ; j++) {
    sum -= mass * Math.expm1(-(slack + step * (j - k)));
    const ratio = ((n - j) / (j + 1)) * odds;
    mass *= ratio;
    // Ratios fall away from the mode, so what is left is less than a geometric series.
    if (!(mass > NEGLIGIBLE * sum * (1 - ratio))) break;
  }
  for (let j = start, mass = peak; j > k;) {
    const ratio = j / (n - j + 1) / odds;
    mass *= ratio;
    j--;
    if (!(mass > NEGLIGIBLE * sum * (1 - ratio))) break;
    sum -= mass * Math.expm1(-(slack + step * (j - k)));
  }
  return Math.min(Math.max(sum, 0), 1);
}

/** e^L(k) Pr-[K >= k], for k > n/2: terms Pr+[j] e^(-2 lambda (j - k)), which fall from k on. */
function shared(k: number, { rounds: n, q }: RoundsBudget): number {
  const odds = (1 + 2 * q) / (1 - 2 * q);
  let sum = 0;
  for (let j = k, mass = Math.exp(logBinomialPmf(k, n, 0.5 + q, 0.5 - q)); ; j++) {
    sum += mass;
    const ratio = (n - j) / (j + 1) / odds;
    mass *= ratio;
    if (!(mass > NEGLIGIBLE * sum * (1 - ratio))) return sum;
  }
}
