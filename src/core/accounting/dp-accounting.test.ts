/**
 * Unequal releases against Google's dp-accounting, which brackets the exact epsilon by rounding losses down and up. The
 * vectors were made once, by trainer/vectors/dp_accounting.py.
 */
import { describe, expect, it } from "vitest";
import { accountant } from "./accountant.ts";
import { vectors } from "./dp-accounting.vectors.json";
import { releaseOf } from "./releases.ts";

describe.each(vectors)("releases of $releases", ({ releases, epsilons }) => {
  const composed = accountant("message").compose(
    releases.map(({ tokens, sparsity, ...rest }) =>
      releaseOf(
        sparsity === 1
          ? { mechanism: "binomial", ...rest, clip: 1, sparsity: 1 }
          : { mechanism: "ternary", ...rest, clip: 1, sparsity },
        tokens,
      ),
    ),
  );

  it.each(epsilons)(
    "cost at delta $delta no less than the lower estimate, and within 1%",
    ({ delta, lower, upper }) => {
      const epsilon = composed.epsilon(delta);
      expect(epsilon).toBeGreaterThanOrEqual(lower);
      expect(Math.abs(epsilon / upper - 1)).toBeLessThanOrEqual(0.01);
    },
  );
});
