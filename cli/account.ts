/** `sotto account`: what releases cost, from their parameters alone; with a bundle, what they cost for its vocabulary too. */
import { Command, InvalidArgumentError, Option } from "commander";
import type { VocabularyCost } from "../src/core/accounting/vocabulary.ts";
import type { Adjacency, Release } from "../src/core/accounting/releases.ts";
import type { MechanismParameters } from "../src/core/mechanism/params.ts";
import type { Tokenizer } from "../src/core/text/tokenizer.ts";
import { bundleFolder, realNumber, wholeNumber } from "./options.ts";

interface Options {
  readonly bundle?: string;
  readonly preset?: string;
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
    .option(
      "--bundle <id|dir>",
      "a bundle, by id or folder: its presets have the parameters, and its vocabulary is looked at",
    )
    .option("--preset <name>", "preset of the bundle")
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
      if (options.bundle !== undefined || options.preset !== undefined) return accountForBundle(options, command);
      const releases = [...single(options, command), ...options.release];
      if (releases.length === 0) command.error("error: name a release: --mu --bits --dim --tokens, or --release");
      if (options.delta === undefined && options.epsilon === undefined) {
        command.error("error: ask for something: --delta or --epsilon");
      }
      const result = await account(releases, options);
      process.stdout.write(options.json ? `${json(result)}\n` : describe(result, options.adjacency));
    });
}

/** The box figures of a release of the bundle, and beside them those of its vocabulary. */
async function accountForBundle(options: Options, command: Command): Promise<void> {
  const { bundle, preset, tokens, delta, adjacency, mu, bits, dim, sparsity, release } = options;
  if (bundle === undefined || preset === undefined || tokens === undefined || delta === undefined) {
    return command.error("error: --bundle, --preset, --tokens and --delta belong together");
  }
  if ([mu, bits, dim, sparsity].some((given) => given !== undefined) || release.length > 0) {
    return command.error(
      "error: a bundle's preset has the parameters: --mu, --bits, --dim, --sparsity or --release besides",
    );
  }
  const [{ openFolder, fileLedger, nodeAttack }, { createLocalEngine }, { clientOver }, { parametersOf }] =
    await Promise.all([
      import("../src/sdk/index.node.ts"),
      import("../src/engine/local-engine.ts"),
      import("../src/sdk/client.ts"),
      import("../src/sdk/cost.ts"),
    ]);
  const parts = await openFolder(bundleFolder(bundle));
  try {
    // Nothing is sent, so neither the server nor the ledger is asked.
    const client = clientOver(createLocalEngine(parts), "http://localhost", fileLedger(), nodeAttack());
    const result = await account([{ params: parametersOf(parts.manifest, preset), tokens }], options);
    const found = await client.vocabularyCost(preset, adjacency === "token" ? Math.min(tokens, 1) : tokens, delta);
    const { epsilon, bits: bound, exact, worstPair } = found;
    const vocabulary = { epsilon, bits: bound, exact, worstPair };
    process.stdout.write(
      options.json
        ? `${json({ ...result, vocabulary })}\n`
        : describe(result, adjacency) + describeVocabulary(found, parts.tokenizer),
    );
  } finally {
    await parts.projector.close();
  }
}

function describeVocabulary({ epsilon, bits, exact, worstPair }: VocabularyCost, tokenizer: Tokenizer): string {
  const kind = exact ? "the worst pair's own" : "an upper bound";
  const lines = [`Among this vocabulary alone: epsilon ${epsilon} (${kind}), at most ${bits} bits.`];
  if (worstPair !== null) {
    const [first, second] = tokenizer.pieces([...worstPair]).map((piece) => JSON.stringify(piece));
    lines.push(`Farthest apart: ${first} and ${second}.`);
  }
  return `${lines.join("\n")}\n`;
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
