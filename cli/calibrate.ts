/** `sotto calibrate`: the noise at which the strongest attacker reads no more than a target; and what presets are measured to give away. */
import { Command, InvalidArgumentError, Option } from "commander";
import type { CalibrateOptions } from "./leak/run-calibrate.ts";
import { PRIORS } from "./leak/priors.ts";
import { PARAGRAPHS_HELP, PRIOR_HELP, realNumber, wholeNumberIn } from "./options.ts";

interface Options extends Omit<CalibrateOptions, "target"> {
  readonly target?: number;
  readonly record?: true;
}

export function calibrateCommand(): Command {
  return new Command("calibrate")
    .description("Find the noise at which the strongest attacker reads no more than a target of a text.")
    .requiredOption("--bundle <id|dir>", "bundle, by id or folder")
    .requiredOption("--text <file>", PARAGRAPHS_HELP)
    .option("--target <share>", "share of the tokens that the strongest attacker may name, such as 0.1", share)
    .option("--bits <B>", "bits of a level, with --target", wholeNumberIn(1, 8), 4)
    .addOption(new Option("--prior <what>", PRIOR_HELP).choices(PRIORS))
    .option("--record", "instead measure the presets as they are, and write the figures into the bundle's manifest")
    .option("--json", "print JSON")
    .action(async ({ target, record, ...options }: Options, command: Command) => {
      if ((target === undefined) === (record === undefined)) {
        command.error("error: ask for --target or --record, one of them");
      }
      // Loaded when called for: the other commands start without the attacks.
      const { runCalibrate, runRecord } = await import("./leak/run-calibrate.ts");
      await (target === undefined ? runRecord(options) : runCalibrate({ ...options, target }));
    });
}

function share(value: string): number {
  const number = realNumber(value);
  if (number <= 0 || number >= 1) throw new InvalidArgumentError("It must be a share between 0 and 1.");
  return number;
}
