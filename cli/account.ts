/** `sotto account`: what releases cost, from their parameters alone. */
import { Command, InvalidArgumentError, Option } from "commander";
import type { Adjacency, Release } from "../src/core/accounting/releases.ts";
import type { MechanismParameters } from "../src/core/mechanism/params.ts";
import { realNumber, wholeNumber } from "./options.ts";

interface Options {
  readonly mu?: number;
  readonly bits?: number;
  readonly dim?: number;
  readonly tokens?: number;
  readonly sparsity?: number;
  readonly release: readonly Release[];
  readonly delta?: number;
  readonly epsilon?: number;
  readonly adjacency: Adjacency;
  readonly json?: true;
}

export function accountCommand(): Command {
  return new Command("account")
    .description("Account for releases: epsilon at a delta or delta at an epsilon, and the bound in bits.")
    .option("--mu <M>", "noise level, per token", realNumber)
    .option("--bits <B>", "bits of a level: 2^B - 1 rounds a coordinate", wholeNumber)
    .option("--dim <D>", "coordinates of a token", wholeNumber)
    .option("--tokens <T>", "tokens released", wholeNumber)
    .option("--sparsity <S>", "share of rounds that say anything; below 1 it is the ternary mechanism", realNumber)
    .option(
      "--release <mu,bits,dim,tokens[,sparsity]>",
      "a release, instead of the options above or besides; repeat it to compose several",
      collectRelease,
      [],
    )
    .addOption(new Option("--delta <X>", "ask for epsilon at this delta").argParser(realNumber).conflicts("epsilon"))
    .addOption(new Option("--epsilon <X>", "ask for delta at this epsilon, in nats").argParser(realNumber))
    .addOption(
      new Option("--adjacency <what>", "what a neighbouring input may differ in: the dearest token, or all tokens")
        .choices(["token", "message"])
        .default("message"),
    )
    .option("--json", "print JSON")
    .action(async (options: Options, command: Command) => {
      const releases = [...single(options, command), ...options.release];
      if (releases.length === 0) command.error("error: name a release: --mu --bits --dim --tokens, or --release");
      if (options.delta === undefined && options.epsilon === undefined) {
        command.error("error: ask for something: --delta or --epsilon");
      }
      const result = await account(releases, options);
      process.stdout.write(options.json ? `${json(result)}\n` : describe(result, options.adjacency));
    });
}

/** The release of --mu, --bits, --dim and --tokens: all four or none. */
function single({ mu, bits, dim, tokens, sparsity }: Options, command: Command): Release[] {
  const given = [mu, bits, dim, tokens].filter((value) => value !== undefined).length;
  if (given === 0 && sparsity === undefined) return [];
  if (mu === undefined || bits === undefined || dim === undefined || tokens === undefined) {
    return command.error("error: --mu, --bits, --dim and --tokens belong together");
  }
  return [releaseFrom(mu, bits, dim, tokens, sparsity)];
}

function collectRelease(value: string, before: readonly Release[]): readonly Release[] {
  const [mu, bits, dim, tokens, sparsity, ...more] = value.split(",").map(realNumber);
  if (mu === undefined || bits === undefined || dim === undefined || tokens === undefined || more.length > 0) {
    throw new InvalidArgumentError("It must be mu,bits,dim,tokens or mu,bits,dim,tokens,sparsity.");
  }
  return [...before, releaseFrom(mu, bits, dim, tokens, sparsity)];
}

function releaseFrom(mu: number, bits: number, dim: number, tokens: number, sparsity = 1): Release {
  // The clip bound scales the table and costs nothing.
  const shared = { mu, bits, dim, clip: 1 };
  const params: MechanismParameters =
    sparsity === 1 ? { mechanism: "binomial", ...shared, sparsity: 1 } : { mechanism: "ternary", ...shared, sparsity };
  return { params, tokens };
}

/**
 * What `--json` prints: epsilon in nats, delta; bits, a rigorous bound; muTotal, the Gaussian approximation; q, the largest
 * of all releases; and the rounds that are accounted for.
 */
async function account(releases: readonly Release[], { adjacency, ...asked }: Options) {
  const [{ accountant }, { halfWidth }] = await Promise.all([
    import("../src/core/accounting/accountant.ts"),
    import("../src/core/mechanism/params.ts"),
  ]);
  const composed = accountant(adjacency).compose(releases);
  const figures =
    asked.delta === undefined
      ? { epsilon: asked.epsilon as number, delta: composed.delta(asked.epsilon as number) }
      : { epsilon: composed.epsilon(asked.delta), delta: asked.delta };
  return {
    ...figures,
    bits: composed.bits(),
    muTotal: composed.muTotal(),
    q: Math.max(...releases.map(({ params }) => halfWidth(params))),
    rounds: composed.rounds,
  };
}

/** An infinite epsilon as a string: JSON has no number for it, and null might be read as none. */
function json(result: object): string {
  return JSON.stringify(result, (_, value: unknown) => (value === Infinity ? "Infinity" : value));
}

function describe(result: Awaited<ReturnType<typeof account>>, adjacency: Adjacency): string {
  const { epsilon, delta, bits, muTotal, q, rounds } = result;
  return [
    `${adjacency === "token" ? "Replacing one token" : "Replacing the whole message"}: epsilon ${epsilon} at delta ${delta}`,
    `The server learns at most ${bits} bits.`,
    `${rounds} rounds, q ${q}; as a Gaussian, approximately: mu ${muTotal}`,
    "",
  ].join("\n");
}
