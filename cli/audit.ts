/** `sotto audit`: what attackers read of a text at a preset, as a table, as JSON, and as a report with pictures. */
import { constants } from "node:fs";
import { access, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { Command, Option } from "commander";
import { findPreset } from "../src/core/bundle/manifest.ts";
import { SottoError } from "../src/core/errors.ts";
import { auditJson, describeAudit } from "./leak/audit-table.ts";
import { audit, curves } from "./leak/audit.ts";
import { messagesOf, readText } from "./leak/messages.ts";
import { openAttacked, PRIORS, type Prior } from "./leak/open.ts";
import { reportPage } from "./leak/report/page.ts";
import { bundleFolder, wholeNumberIn } from "./options.ts";

interface Options {
  readonly bundle: string;
  readonly preset: string;
  readonly text: string;
  readonly repeat: number;
  readonly prior?: Prior;
  readonly report?: string;
  readonly json?: true;
}

const REPORT = "sotto-audit.html";

/** Tokens that the curves are measured on: what takes about a minute. */
const CURVE_TOKENS: Record<Prior, number> = { unigram: 4000, ngram: 2000, model: 200 };

export function auditCommand(): Command {
  return new Command("audit")
    .description("Release a text, attack it as a server could, and say what was read; nothing is sent.")
    .requiredOption("--bundle <id|dir>", "bundle, by id or folder")
    .requiredOption("--preset <name>", "preset")
    .requiredOption(
      "--text <file>",
      "file of the text, in UTF-8; - reads standard input. Paragraphs are messages of their own",
    )
    .option("--repeat <N>", "releases of the same text that the averaging attack has", wholeNumberIn(2, 64), 8)
    .addOption(
      new Option(
        "--prior <what>",
        "what the attack on whole messages knows of language (default: ngram where the bundle has one, else unigram)",
      ).choices(PRIORS),
    )
    .option("--report <file>", `HTML report, which contains the text (default: ${REPORT}; with --json none)`)
    .option("--json", "print JSON")
    .action(run);
}

async function run({ preset: presetName, text: source, repeat, json, ...options }: Options): Promise<void> {
  const reportFile = options.report ?? (json ? null : REPORT);
  // Before the work, not after it.
  if (reportFile !== null) await checkWritable(reportFile);
  const text = await readText(source);
  const opened = await openAttacked(bundleFolder(options.bundle), options.prior);
  const progress = progressLine();
  try {
    const { manifest, tokenizer, pieces, prior, attacked } = opened;
    const { dim, clip, id, title, presets } = manifest;
    const preset = findPreset(manifest, presetName);
    const params = { ...preset, dim, clip };
    const messages = messagesOf(text, tokenizer, manifest.promptTokens);
    const { audit: found, heat } = await audit(messages, params, attacked, repeat, progress.show);
    const subject = { bundle: id, preset: preset.name, mu: preset.mu, prior };
    if (reportFile !== null) {
      const pictures = {
        heat,
        ...(await curves(messages, params, attacked, found, CURVE_TOKENS[prior], progress.show)),
      };
      const page = reportPage({ subject: { ...subject, title, presets }, audit: found, pictures, pieces });
      await writeReport(reportFile, page);
    }
    progress.clear();
    process.stdout.write(json ? `${JSON.stringify(auditJson(found, subject))}\n` : describeAudit(found, subject));
    if (reportFile !== null) process.stderr.write(`Report with pictures: ${reportFile}. It contains the text.\n`);
  } finally {
    progress.clear();
    await opened.close();
  }
}

async function checkWritable(file: string): Promise<void> {
  try {
    await access(dirname(resolve(file)), constants.W_OK);
  } catch (cause) {
    throw new SottoError("not_found", "There is no folder for the report that can be written to.", { cause });
  }
}

/** Readable to its owner alone: it has the text in it. */
async function writeReport(file: string, page: string): Promise<void> {
  try {
    await writeFile(file, page, { mode: 0o600 });
  } catch (cause) {
    throw new SottoError("not_found", "The report cannot be written there.", { cause });
  }
}

/** One line on a terminal that is written over. There is nothing to tidy when Ctrl-C ends the program in between. */
function progressLine() {
  const { stderr } = process;
  let shown = false;
  return {
    show: (step: string, done: number, of: number): void => {
      if (!stderr.isTTY) return;
      shown = true;
      stderr.write(`\r\u001B[KAttacking, ${step}: ${done} of ${of}`);
    },
    clear: (): void => {
      if (shown) stderr.write("\r\u001B[K");
      shown = false;
    },
  };
}
