/** `sotto audit`: what attackers read of a text at a preset, as a table, as JSON, and as a report with pictures. */
import { Command, Option } from "commander";
import type { AuditOptions } from "./leak/run-audit.ts";
import { PRIORS } from "./leak/priors.ts";
import { PARAGRAPHS_HELP, PRIOR_HELP, wholeNumberIn } from "./options.ts";

const REPORT = "sotto-audit.html";

interface Options extends Omit<AuditOptions, "report"> {
  readonly report?: string;
}

export function auditCommand(): Command {
  return new Command("audit")
    .description("Release a text, attack it as a server could, and say what was read; nothing is sent.")
    .requiredOption("--bundle <id|dir>", "bundle, by id or folder")
    .requiredOption("--preset <name>", "preset")
    .requiredOption("--text <file>", PARAGRAPHS_HELP)
    .option("--repeat <N>", "releases of the same text that the averaging attack has", wholeNumberIn(2, 64), 8)
    .addOption(new Option("--prior <what>", PRIOR_HELP).choices(PRIORS))
    .option("--report <file>", `HTML report, which contains the text (default: ${REPORT}; with --json none)`)
    .option("--json", "print JSON")
    .action(async (options: Options) => {
      // Loaded when called for: the other commands start without the attacks.
      const { runAudit } = await import("./leak/run-audit.ts");
      await runAudit({ ...options, report: options.report ?? (options.json ? null : REPORT) });
    });
}
