/**
 * What releases cost together. An accountant is a value: composing gives another one, so a dry run ("could I afford
 * this?") is composing without keeping the result.
 */
import { SottoError } from "../errors.ts";
import { deltaOf, epsilonOf, type LossDistribution } from "./loss-distribution.ts";
import { composeRounds } from "./pld.ts";
import { releaseOf, roundsOfToken, type Adjacency, type Release } from "./releases.ts";
import { bitsOfRounds, deltaOfRounds, epsilonOfRounds, type RoundsGroup } from "./rounds.ts";

export interface Accountant {
  readonly adjacency: Adjacency;
  /** Released rounds that the neighbour may differ in; of the token with the most of them under `token`. */
  readonly rounds: number;
  /** Whether `compose` would take these releases next. */
  supports(releases: readonly Release[]): boolean;
  /**
   * The accountant of what was composed so far and these releases.
   * @throws SottoError `invalid_parameters`, `accounting_out_of_range`: what is not understood never counts as zero
   */
  compose(releases: readonly Release[]): Accountant;
  /**
   * The smallest epsilon >= 0, in nats, or an upper bound of it.
   * @param delta in [0, 1]
   * @throws SottoError `accounting_out_of_range`
   */
  epsilon(delta: number): number;
  /**
   * The smallest delta, or an upper bound of it.
   * @param epsilon nats, >= 0
   * @throws SottoError `accounting_out_of_range`
   */
  delta(epsilon: number): number;
  /** What the server learns at most, in bits: rigorous, for every distribution of the input. */
  bits(): number;
  /** sqrt(sum of mu^2 over the tokens): the Gaussian approximation, no bound. For comparison with the literature alone. */
  muTotal(): number;
}

/** Releases whose rounds are all alike: the exact closed form, or the exact distribution of the ternary mechanism. */
export function closedFormAccountant(adjacency: Adjacency): Accountant {
  return accountantOf(adjacency, NOTHING, 1);
}

/**
 * Any releases. Exact while they are alike, and an upper bound, at most 1% above, when they are not. The order of the
 * releases makes no difference.
 */
export function accountant(adjacency: Adjacency): Accountant {
  return accountantOf(adjacency, NOTHING, Infinity);
}

/** What was composed so far, by parameters. */
type Tally = ReadonlyMap<string, Kind>;

/** So many tokens, each of these rounds. */
interface Kind {
  readonly token: RoundsGroup;
  readonly mu: number;
  readonly tokens: number;
}

const NOTHING: Tally = new Map();

function accountantOf(adjacency: Adjacency, kinds: Tally, mostGroups: number): Accountant {
  // Both are made when first asked for, then kept: a history is composed without looking at each step.
  let keptGroups: readonly RoundsGroup[] | undefined;
  let keptLoss: LossDistribution | undefined;
  const groupsNow = () => (keptGroups ??= adjacency === "token" ? tokensApart(kinds) : tokensTogether(kinds));
  const loss = () => (keptLoss ??= composeRounds(groupsNow()));
  // One token is of one kind: under `token` the dearest counts, and nothing is convolved.
  const apart = () => adjacency === "token" || groupsNow().length < 2;

  const compose = (releases: readonly Release[]) => {
    const tally = added(kinds, releases);
    if (mostGroups < Infinity && tokensTogether(tally).length > mostGroups) {
      throw new SottoError("accounting_out_of_range", "The closed form is for releases that are all alike.");
    }
    return accountantOf(adjacency, tally, mostGroups);
  };

  return Object.freeze({
    adjacency,
    get rounds() {
      const rounds = groupsNow().map((group) => group.rounds);
      return adjacency === "token" ? Math.max(0, ...rounds) : rounds.reduce((sum, n) => sum + n, 0);
    },
    supports(releases: readonly Release[]) {
      try {
        compose(releases);
        return true;
      } catch (error) {
        if (error instanceof SottoError) return false;
        throw error;
      }
    },
    compose,
    epsilon(delta: number) {
      if (!(delta >= 0 && delta <= 1)) throw new SottoError("accounting_out_of_range", "Delta must be from 0 to 1.");
      if (apart()) return Math.max(0, ...groupsNow().map((group) => epsilonOfRounds(delta, group)));
      return Math.min(epsilonOf(loss(), delta), largestLoss(groupsNow()));
    },
    delta(epsilon: number) {
      if (!(epsilon >= 0)) throw new SottoError("accounting_out_of_range", "Epsilon must be 0 or more.");
      if (apart()) return Math.max(0, ...groupsNow().map((group) => deltaOfRounds(epsilon, group)));
      return epsilon >= largestLoss(groupsNow()) ? 0 : deltaOf(loss(), epsilon);
    },
    bits() {
      const bits = groupsNow().map(bitsOfRounds);
      return adjacency === "token" ? Math.max(0, ...bits) : bits.reduce((sum, b) => sum + b, 0);
    },
    muTotal() {
      const all = [...kinds.values()].sort((a, b) => a.mu - b.mu || a.tokens - b.tokens);
      if (adjacency === "token") return Math.max(0, ...all.map(({ mu }) => mu));
      return Math.sqrt(all.reduce((sum, { mu, tokens }) => sum + tokens * mu * mu, 0));
    },
  });
}

/** What the sums of the closed forms can reach. */
const MOST_ROUNDS = 1e10;

/** @throws SottoError `invalid_parameters`, `accounting_out_of_range` */
function added(kinds: Tally, releases: readonly Release[]): Tally {
  const tally = new Map(kinds);
  for (const release of releases) {
    const { params, tokens } = releaseOf(release.params, release.tokens);
    if (tokens === 0) continue;
    const token = roundsOfToken(params);
    const key = `${token.q} ${token.sparsity} ${token.rounds} ${params.mu}`;
    tally.set(key, { token, mu: params.mu, tokens: (tally.get(key)?.tokens ?? 0) + tokens });
  }
  let rounds = 0;
  for (const { token, tokens } of tally.values()) rounds += token.rounds * tokens;
  if (rounds > MOST_ROUNDS) {
    throw new SottoError("accounting_out_of_range", `More than ${MOST_ROUNDS} rounds cannot be accounted for.`);
  }
  return tally;
}

/** One token of each kind. */
function tokensApart(kinds: Tally): RoundsGroup[] {
  return [...kinds.values()].map(({ token }) => token);
}

/** All tokens, rounds of the same q and sparsity as one group: they are alike whatever mu they came from. */
function tokensTogether(kinds: Tally): RoundsGroup[] {
  const groups = new Map<string, RoundsGroup>();
  for (const { token, tokens } of kinds.values()) {
    const key = `${token.q} ${token.sparsity}`;
    const rounds = (groups.get(key)?.rounds ?? 0) + token.rounds * tokens;
    groups.set(key, { ...token, rounds });
  }
  // In an order of their own, so that sums do not depend on the order of the releases.
  return [...groups.values()].sort((a, b) => a.q - b.q || a.sparsity - b.sparsity);
}

/** Pure differential privacy: the sum of all losses at their largest, rounded up. Infinity where there is no noise. */
function largestLoss(groups: readonly RoundsGroup[]): number {
  const sum = groups.reduce((total, { rounds, q }) => total + rounds * 2 * Math.atanh(2 * q), 0);
  return sum * (1 + (groups.length + 4) * Number.EPSILON);
}
