/** `sotto calibrate`: the noise at which the strongest attacker reads no more than a target; and what presets are measured to give away. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { findPreset, type Recovery } from "../src/core/bundle/manifest.ts";
import { SottoError } from "../src/core/errors.ts";
import type { MechanismParameters } from "../src/core/mechanism/params.ts";
import { largestMu } from "./leak/calibration.ts";
import type { AttackerFigures } from "./leak/figures.ts";
import { measure, type Measured } from "./leak/measure.ts";
import { messagesOf, readText } from "./leak/messages.ts";
import { openAttacked, PRIORS, type OpenedBundle, type Prior } from "./leak/open.ts";
import { bundleFolder, realNumber, wholeNumberIn } from "./options.ts";

interface Options {
  readonly bundle: string;
  readonly text: string;
  readonly target?: number;
  readonly bits: number;
  readonly prior?: Prior;
  readonly record?: true;
  readonly json?: true;
}

export function calibrateCommand(): Command {
  return new Command("calibrate")
    .description("Find the noise at which the strongest attacker reads no more than a target of a text.")
    .requiredOption("--bundle <id|dir>", "bundle, by id or folder")
    .requiredOption(
      "--text <file>",
      "file of the text, in UTF-8; - reads standard input. Paragraphs are messages of their own",
    )
    .option("--target <share>", "share of the tokens that the strongest attacker may name", share)
    .option("--bits <B>", "bits of a level", wholeNumberIn(1, 8), 4)
    .addOption(
      new Option("--prior <prior>", "language the attacker knows; the best there is by default").choices(PRIORS),
    )
    .option("--record", "instead measure the presets as they are, and write the figures into the bundle's manifest")
    .option("--json", "print JSON")
    .action(async (options: Options, command: Command) => {
      if ((options.target === undefined) === (options.record === undefined)) {
        command.error("error: ask for --target or --record, one of them");
      }
      const folder = bundleFolder(options.bundle);
      const text = await readText(options.text);
      const opened = await openAttacked(folder, options.prior);
      try {
        const messages = messagesOf(text, opened.tokenizer, opened.manifest.promptTokens);
        if (options.record) await record(folder, opened, messages, options);
        else await calibrate(opened, messages, options.target ?? 0, options);
      } finally {
        await opened.close();
      }
    });
}

async function calibrate(
  { manifest, attacked, prior }: OpenedBundle,
  messages: readonly number[][],
  target: number,
  { bits, json }: Options,
): Promise<void> {
  const { dim, clip } = manifest;
  const params = (mu: number): MechanismParameters => ({ mechanism: "binomial", sparsity: 1, mu, bits, dim, clip });
  const mu = await largestMu(target, messages, params, attacked, say);
  const measured = await measure(messages, params(mu), attacked, { onProgress: progress(`mu ${mu}`) });
  const attackers = figuresOf(measured);
  const tokens = messages.reduce((sum, ids) => sum + ids.length, 0);
  const result = { bundle: manifest.id, target, mu, bits, prior, tokens, messages: messages.length, attackers };
  process.stdout.write(json ? `${JSON.stringify(result)}\n` : describe(mu, target, measured, tokens));
}

/** Measure every preset and put the figures into the manifest. */
async function record(folder: string, opened: OpenedBundle, messages: readonly number[][], { json }: Options) {
  const { manifest, attacked, prior } = opened;
  const { dim, clip } = manifest;
  const path = join(folder, "manifest.json");
  const stored = JSON.parse(await readFile(path, "utf8")) as {
    presets: { name: string; measured: { recovery: unknown } }[];
  };
  const found: Record<string, Recovery> = {};
  for (const preset of stored.presets) {
    const { mechanism, mu, bits, sparsity } = findPreset(manifest, preset.name);
    const params: MechanismParameters = { mechanism, mu, bits, sparsity, dim, clip };
    const measured = await measure(messages, params, attacked, { onProgress: progress(preset.name) });
    found[preset.name] = { prior, messages: messages.length, attackers: figuresOf(measured) };
    preset.measured.recovery = found[preset.name];
  }
  await writeFile(path, `${JSON.stringify(stored, null, 1)}\n`);
  process.stdout.write(
    json
      ? `${JSON.stringify(found)}\n`
      : `The figures of ${stored.presets.length} presets were written into ${path}.\n`,
  );
}

/** As the manifest has them. */
function figuresOf(measured: Measured): Recovery["attackers"] {
  const { nearest, bayes, sequence } = measured;
  if (nearest === undefined || bayes === undefined) throw new SottoError("internal_error", "An attacker was not run.");
  return {
    nearest: figures(nearest),
    bayes: figures(bayes),
    ...(sequence === undefined ? {} : { sequence: figures(sequence) }),
  };
}

function figures({ recovery, rare, baseline, bitsGained, anonymity }: AttackerFigures): Recovery["attackers"]["bayes"] {
  const interval = ({ share: recovered, low, high, of }: NonNullable<typeof rare>) => ({
    recovery: recovered,
    low,
    high,
    tokens: of,
  });
  return { ...interval(recovery), baseline, rare: rare === null ? null : interval(rare), bitsGained, anonymity };
}

function describe(mu: number, target: number, measured: Measured, tokens: number): string {
  const lines = Object.entries(measured).map(([name, { recovery, rare, baseline }]) =>
    [
      name.padEnd(10),
      percent(recovery.share).padStart(8),
      `${percent(recovery.low)} to ${percent(recovery.high)}`.padStart(18),
      percent(baseline).padStart(10),
      (rare === null ? "-" : percent(rare.share)).padStart(14),
    ].join(""),
  );
  return [
    `mu ${mu} is the largest at which no attacker names more than ${percent(target)} of ${tokens} tokens.`,
    "",
    `${"attacker".padEnd(10)}${"names".padStart(8)}${"95% interval".padStart(18)}${"blind".padStart(10)}${"rare tokens".padStart(14)}`,
    ...lines,
    "",
  ].join("\n");
}

function percent(value: number): string {
  return `${(100 * value).toFixed(1)}%`;
}

function say(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
}

/** A line that is written over, on a terminal alone. */
function progress(what: string): (done: number, of: number) => void {
  return (done, of) => {
    if (process.stderr.isTTY) process.stderr.write(`\r${what}: message ${done} of ${of}${done === of ? "\n" : ""}`);
  };
}

function share(value: string): number {
  const number = realNumber(value);
  if (number <= 0 || number >= 1) throw new InvalidArgumentError("It must be a share between 0 and 1.");
  return number;
}
