/** What `sotto calibrate` does: it looks for a noise level, or it records what presets give away. */
import { join } from "node:path";
import { DENOISER, type Manifest, type Recovery } from "../../src/core/bundle/manifest.ts";
import { SottoError } from "../../src/core/errors.ts";
import type { MechanismParameters } from "../../src/core/mechanism/params.ts";
import { bundleFolder } from "../options.ts";
import { progressLine, type ProgressLine } from "../progress.ts";
import { calibrationJson, describeCalibration } from "./calibration-table.ts";
import { calibrate } from "./calibration.ts";
import { measure } from "./measure.ts";
import { messagesOf, readText } from "./messages.ts";
import { openAttacked, type OpenedBundle } from "./open.ts";
import type { Prior } from "./priors.ts";
import { MANIFEST, recordRecovery, recoveryOf } from "./record.ts";
import { checkWritable } from "./write-whole.ts";

export interface CalibrateOptions {
  readonly bundle: string;
  readonly text: string;
  readonly target: number;
  readonly bits: number;
  readonly prior?: Prior;
  readonly json?: true;
}

/** @throws SottoError `invalid_parameters` where no noise meets the target; with the code of whatever else failed */
export async function runCalibrate({ target, bits, json, ...options }: CalibrateOptions): Promise<void> {
  await withBundle(options, async ({ manifest, attacked, prior }, messages, progress) => {
    const { dim, clip, id } = manifest;
    const params = (mu: number): MechanismParameters => ({ mechanism: "binomial", sparsity: 1, mu, bits, dim, clip });
    const calibration = await calibrate(target, messages, params, attacked, {
      onProgress: (mu, done, of) => progress.show(`mu ${mu}: message`, done, of),
      onTried: (mu, found) => {
        progress.clear();
        process.stderr.write(`mu ${mu}: ${(100 * found).toFixed(2)}%\n`);
      },
    });
    progress.clear();
    const subject = { bundle: id, target, bits, prior, messages: messages.length, tokens: messages.flat().length };
    if (prior === "unigram") sayDenoiser(manifest, "It was not run here, and may name more than the target.");
    process.stdout.write(
      json ? `${JSON.stringify(calibrationJson(calibration, subject))}\n` : describeCalibration(calibration, subject),
    );
  });
}

/**
 * Measure every preset and put the figures into the manifest.
 * @throws SottoError with the code of whatever failed
 */
export async function runRecord({ json, ...options }: Omit<CalibrateOptions, "target" | "bits">): Promise<void> {
  const path = join(bundleFolder(options.bundle), "manifest.json");
  // Before the work, not after it.
  await checkWritable(path, MANIFEST);
  await withBundle(options, async ({ manifest, attacked, prior }, messages, progress) => {
    if (prior === "none") {
      throw new SottoError(
        "prior_missing",
        "This bundle has no n-gram model: there is nothing to record figures with.",
      );
    }
    const { dim, clip, presets } = manifest;
    const found: Record<string, Recovery> = {};
    for (const { name, mechanism, mu, bits, sparsity } of presets) {
      const params: MechanismParameters = { mechanism, mu, bits, sparsity, dim, clip };
      const measured = await measure(messages, params, attacked, {
        onProgress: (done, of) => progress.show(`${name}: message`, done, of),
      });
      found[name] = { prior, messages: messages.length, attackers: recoveryOf(measured) };
    }
    progress.clear();
    if (prior === "unigram") {
      sayDenoiser(
        manifest,
        "Its figures were left as they are: of presets whose noise was changed they are of another.",
      );
    }
    const written = await recordRecovery(path, found);
    process.stdout.write(
      json ? `${JSON.stringify(written)}\n` : `The figures of ${presets.length} presets were written into ${path}.\n`,
    );
  });
}

/** It knows more of language than was asked for. */
function sayDenoiser({ files }: Manifest, of: string): void {
  if (!files.some(({ path }) => path === DENOISER)) return;
  process.stderr.write(`The bundle's denoiser names tokens too. ${of} Leave --prior out to run it.\n`);
}

async function withBundle(
  { bundle, text: source, prior }: Pick<CalibrateOptions, "bundle" | "text" | "prior">,
  work: (opened: OpenedBundle, messages: readonly number[][], progress: ProgressLine) => Promise<void>,
): Promise<void> {
  const text = await readText(source);
  const opened = await openAttacked(bundleFolder(bundle), prior);
  const progress = progressLine();
  try {
    await work(opened, messagesOf(text, opened.tokenizer, opened.manifest.promptTokens), progress);
  } finally {
    progress.clear();
    await opened.close();
  }
}
