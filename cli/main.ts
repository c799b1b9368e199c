#!/usr/bin/env node
/** `sotto`: the command line. */
import { Command } from "commander";
import { SottoError } from "../src/core/errors.ts";
import { BudgetExceededError } from "../src/core/accounting/ledger/budget-exceeded.ts";
import { accountCommand } from "./account.ts";
import { describeRefusal } from "./budgets.ts";
import { auditCommand } from "./audit.ts";
import { calibrateCommand } from "./calibrate.ts";
import { classifyCommand } from "./classify.ts";
import { completeCommand } from "./complete.ts";
import { ledgerCommand } from "./ledger.ts";
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
  .addCommand(classifyCommand())
  .addCommand(accountCommand())
  .addCommand(auditCommand())
  .addCommand(calibrateCommand())
  .addCommand(ledgerCommand());

for (const command of program.commands) {
  command.copyInheritedSettings(program);
  for (const below of command.commands) below.copyInheritedSettings(program);
}

// A reader that has had enough (`| head`) ends the program, as it ends any other.
process.stdout.on("error", () => process.exit(0));

try {
  await program.parseAsync();
} catch (error) {
  // A message from elsewhere could quote what it was given, the text included: only our own speak.
  const { code, message } =
    error instanceof SottoError ? error : { code: "internal_error", message: "Something went wrong in this program." };
  process.stderr.write(`sotto: ${message} (${code})\n`);
  if (error instanceof BudgetExceededError) process.stderr.write(describeRefusal(error));
  process.exitCode = 1;
}
