/** `npm run bench:accounting`: how long a history of 10,000 releases takes to compose, and to ask for its epsilon. */
import { accountant } from "../src/core/accounting/accountant.ts";
import { releaseOf } from "../src/core/accounting/releases.ts";

const RELEASES = 10_000;
const KINDS = 5;
const ROUNDS = 9;

const kind = { mechanism: "binomial", bits: 4, dim: 32, clip: 1, sparsity: 1 } as const;
const history = Array.from({ length: RELEASES }, (_, i) =>
  releaseOf({ ...kind, mu: 2 + 2 * (i % KINDS) }, 1 + ((i * 7) % 40)),
);

const times = Array.from({ length: ROUNDS }, () => {
  const start = performance.now();
  accountant("history").compose(history).epsilon(1e-6);
  return performance.now() - start;
}).sort((a, b) => a - b);

const median = times[ROUNDS >> 1] ?? Number.NaN;
process.stdout.write(
  `${RELEASES} releases of ${KINDS} kinds, composed and asked: ${median.toFixed(0)} ms, median of ${ROUNDS}\n`,
);
