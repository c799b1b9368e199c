/** The distribution of a sum of n independent outcomes +1, 0, -1: coefficients of (p+ x + p0 + p-/x)^n, at full precision. */
import { logBinomialPmf } from "./binomial-pmf.ts";

/** Terms that together are this share of a sum are left out of it. */
const NEGLIGIBLE = 1e-17;

/**
 * Pr[D = low], ..., Pr[D = high] for D the sum of n outcomes with p+ = s(1/2+q), p- = s(1/2-q).
 *
 * For D = e^(Dl) Pr[-D], l = ln(p+/p-), only D >= 0 is computed. With c_j = Pr[D = n - j], differentiating the power gives
 *   c_(j+1) = (p0 (n-j) c_j + p- (2n-j+1) c_(j-1)) / (p+ (j+1)),
 * all coefficients positive for j <= n: run from the highest D down to 0 it loses no digits, a few roundings a step. From 0
 * up it would cancel.
 *
 * @param low, high integers in -n..n, low <= high
 * @param s in (0, 1)
 * @param q in (0, 1/2)
 */
export function trinomialPmf(low: number, high: number, n: number, q: number, s: number): Float64Array {
  const top = Math.max(high, -low);
  const bottom = Math.max(0, low, -high);
  const half = new Float64Array(top - bottom + 1);
  const [zero, plus, minus] = [1 - s, s * (0.5 + q), s * (0.5 - q)];
  for (let d = top; d >= bottom; d--) {
    const j = n - d - 1;
    half[d - bottom] =
      d >= top - 1
        ? pointMass(d, n, q, s)
        : (zero * (n - j) * (half[d + 1 - bottom] as number) +
            minus * (2 * n - j + 1) * (half[d + 2 - bottom] as number)) /
          (plus * (j + 1));
  }
  const lambda = 2 * Math.atanh(2 * q);
  return Float64Array.from({ length: high - low + 1 }, (_, i) => {
    const d = low + i;
    const mass = half[Math.abs(d) - bottom] as number;
    return d < 0 ? mass * Math.exp(d * lambda) : mass;
  });
}

/**
 * Pr[D = d], d >= 0: the sum over R, the number of outcomes that are not 0, of Pr[R] Pr[(R + d)/2 of R are +1], from its
 * largest term outwards, each from its neighbour by their ratio.
 */
function pointMass(d: number, n: number, q: number, s: number): number {
  const odds = (s * s * (0.25 - q * q)) / ((1 - s) * (1 - s));
  /** The term at R + 2 over the term at R. */
  const ratioAt = (r: number) => {
    const [zeros, pluses, minuses] = [n - r, (r + d) / 2, (r - d) / 2];
    return ((zeros * (zeros - 1)) / ((pluses + 1) * (minuses + 1))) * odds;
  };
  // The largest term is where that ratio is 1, so near 4 odds (n - R)^2 = R^2 - d^2. R has the parity of d.
  const k = 4 * odds;
  const root = (k * n * n + d * d) / (k * n + Math.sqrt(k * (n * n - d * d) + d * d));
  const most = n - ((n - d) % 2);
  const peak = Math.min(Math.max(d + 2 * Math.round((root - d) / 2), d), most);
  let sum = 0;
  for (let r = peak, term = 1; ; r += 2) {
    sum += term;
    const ratio = ratioAt(r);
    term *= ratio;
    if (!(term > NEGLIGIBLE * sum * (1 - ratio))) break;
  }
  for (let r = peak - 2, term = 1; r >= d; r -= 2) {
    const ratio = 1 / ratioAt(r);
    term *= ratio;
    sum += term;
    if (!(term > NEGLIGIBLE * sum * (1 - ratio))) break;
  }
  if (peak === 0) return sum * Math.exp(logBinomialPmf(0, n, s, 1 - s));
  return sum * Math.exp(logBinomialPmf(peak, n, s, 1 - s) + logBinomialPmf((peak + d) / 2, peak, 0.5 + q, 0.5 - q));
}
