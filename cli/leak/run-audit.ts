/** What `sotto audit` does. */
import { findPreset } from "../../src/core/bundle/manifest.ts";
import { bundleFolder } from "../options.ts";
import { progressLine } from "../progress.ts";
import { auditJson, describeAudit } from "./audit-table.ts";
import { audit, curves } from "./audit.ts";
import { messagesOf, readText } from "./messages.ts";
import { openAttacked } from "./open.ts";
import type { KnownPrior, Prior } from "./priors.ts";
import { reportPage } from "./report/page.ts";
import { checkWritable, writeWhole } from "./write-whole.ts";

export interface AuditOptions {
  readonly bundle: string;
  readonly preset: string;
  readonly text: string;
  readonly repeat: number;
  readonly prior?: Prior;
  /** File of the report; null: none is asked for. */
  readonly report: string | null;
  readonly json?: true;
}

/** Tokens that the curves are measured on: what takes a minute or two. */
const CURVE_TOKENS: Record<KnownPrior, number> = { none: 4000, unigram: 4000, ngram: 2000, model: 200 };

const REPORT = "The report";

/** @throws SottoError with the code of whatever failed */
export async function runAudit(options: AuditOptions): Promise<void> {
  const { report: reportFile, repeat, json } = options;
  // Before the work, not after it.
  if (reportFile !== null) await checkWritable(reportFile, REPORT);
  const text = await readText(options.text);
  const opened = await openAttacked(bundleFolder(options.bundle), options.prior);
  const progress = progressLine();
  const show = (step: string, done: number, of: number) => progress.show(`Attacking, ${step}`, done, of);
  try {
    const { manifest, tokenizer, pieces, prior, attacked } = opened;
    const { dim, clip, id, title, presets } = manifest;
    const { name, mechanism, mu, bits, sparsity } = findPreset(manifest, options.preset);
    const params = { mechanism, mu, bits, sparsity, dim, clip };
    const messages = messagesOf(text, tokenizer, manifest.promptTokens);
    const { audit: found, heat } = await audit(messages, params, attacked, repeat, show);
    const subject = { bundle: id, preset: name, mu, prior };
    if (reportFile !== null) {
      const curved = await curves(messages, params, attacked, found, CURVE_TOKENS[prior], show);
      const pictures = { heat, ...curved };
      const page = reportPage({ subject: { ...subject, title, presets }, audit: found, pictures, pieces });
      // Readable to its owner alone, whatever lay there before: it has the text in it.
      await writeWhole(reportFile, page, REPORT, 0o600);
    }
    progress.clear();
    process.stdout.write(json ? `${JSON.stringify(auditJson(found, subject))}\n` : describeAudit(found, subject));
    if (reportFile !== null) process.stderr.write(`Report with pictures: ${reportFile}. It contains the text.\n`);
  } finally {
    progress.clear();
    await opened.close();
  }
}
