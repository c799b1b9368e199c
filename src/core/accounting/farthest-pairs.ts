/** The pairs of rows that lie farthest apart in their natural parameters, of all pairs. */

/** u < v, and how far apart: sum_i (eta_ui - eta_vi)^2. */
export interface DistantPair {
  readonly first: number;
  readonly second: number;
  readonly distance: number;
}

/** Coordinates compared between two pauses: some 5 ms. */
const COORDINATES_A_PIECE = 1_000_000;

/** Distances are rounded up by more than the rounding of 65,535 terms. */
const UP = 1 + 1e-9;

/**
 * All V (V-1) / 2 pairs are looked at: V^2 d / 2 multiplications, a second or two for 4,096 rows of 32.
 * @param rows V x d, row-major
 * @param wanted how many pairs, the farthest first; there are fewer where the table has fewer
 * @param pause awaited every few milliseconds; what it throws ends the search
 */
export async function farthestPairs(
  rows: Float64Array,
  dim: number,
  wanted: number,
  pause: () => Promise<void>,
): Promise<DistantPair[]> {
  const count = rows.length / dim;
  let found: DistantPair[] = [];
  // Nothing nearer than this is among the farthest.
  let floor = -1;
  let compared = 0;
  const keepFarthest = () => {
    found.sort((a, b) => b.distance - a.distance || a.first - b.first || a.second - b.second);
    found = found.slice(0, wanted);
    if (found.length === wanted) floor = found.at(-1)?.distance ?? floor;
  };
  for (let first = 0; first < count; first++) {
    for (let second = first + 1; second < count; second++) {
      const distance = distanceOf(rows, first * dim, second * dim, dim);
      if (distance <= floor) continue;
      found.push({ first, second, distance });
      if (found.length >= 4 * wanted) keepFarthest();
    }
    compared += (count - first) * dim;
    if (compared >= COORDINATES_A_PIECE) {
      compared = 0;
      await pause();
    }
  }
  keepFarthest();
  return found.map((pair) => ({ ...pair, distance: pair.distance * UP }));
}

function distanceOf(rows: Float64Array, a: number, b: number, dim: number): number {
  let sum = 0;
  for (let i = 0; i < dim; i++) {
    const difference = (rows[a + i] as number) - (rows[b + i] as number);
    sum += difference * difference;
  }
  return sum;
}
