#!/usr/bin/env node
/** `sotto`: the command line. */
import { Command } from "commander";
import { SottoError } from "../src/core/errors.ts";
import { accountCommand } from "./account.ts";
import { completeCommand } from "./complete.ts";
import { packageVersion } from "./package-root.ts";
import { perturbCommand } from "./perturb.ts";
import { serveCommand } from "./serve.ts";

const program = new Command("sotto")
  .description(
    "Private inference: text is perturbed and quantized under differential privacy before it leaves the device.",
  )
  .version(packageVersion())
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .addCommand(serveCommand())
  .addCommand(perturbCommand())
  .addCommand(completeCommand())
  .addCommand(accountCommand());

for (const command of program.commands) command.copyInheritedSettings(program);

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof SottoError)) throw error;
  process.stderr.write(`sotto: ${error.message} (${error.code})\n`);
  process.exitCode = 1;
}
