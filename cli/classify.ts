/** `sotto classify`: release the gist of a text once, and print what the server takes it for. */
import { Command } from "commander";
import { createClassifier, fileLedger } from "../src/sdk/index.node.ts";
import type { Classification } from "../src/sdk/gist/types.ts";
import { apiKeyIn, LEDGER_HELP, origin, TEXT_HELP, textOption, wholeNumberIn } from "./options.ts";

interface Options {
  readonly server: string;
  readonly bundle: string;
  readonly preset: string;
  readonly text: string;
  readonly top: number;
  readonly json: boolean;
  readonly apiKeyFile?: string;
  readonly ledger?: string;
}

/** Bits do not depend on it. */
const DELTA = 1e-5;

export function classifyCommand(): Command {
  return new Command("classify")
    .description("Ask a server what a text is about, without sending it the text.")
    .requiredOption("--server <url>", "origin of the split server, e.g. http://localhost:8787", origin)
    .requiredOption("--bundle <id>", "bundle, by id")
    .requiredOption("--preset <name>", "preset")
    .requiredOption("--text <text>", TEXT_HELP)
    .option("--top <n>", "print so many labels", wholeNumberIn(1, 512), 5)
    .option("--json", "print {labels: [{label, probability}], bits} with every label", false)
    .option("--api-key-file <file>", "file that holds the server's API key, where it asks for one")
    .option("--ledger <file>", LEDGER_HELP)
    .action(async (options: Options) => {
      const { server, bundle, preset, apiKeyFile } = options;
      const text = await textOption(options.text);
      const stop = new AbortController();
      process.once("SIGINT", () => {
        stop.abort();
      });
      const classifier = await createClassifier({
        server,
        bundle,
        preset,
        ledger: fileLedger(options.ledger),
        signal: stop.signal,
        ...(apiKeyFile !== undefined && { apiKey: await apiKeyIn(apiKeyFile) }),
      });
      try {
        const found = await classifier.classify(text, { signal: stop.signal });
        const { bits } = classifier.cost(preset, DELTA);
        process.stdout.write(options.json ? asJson(found, bits) : asText(found, bits, options.top));
      } finally {
        await classifier.close();
      }
    });
}

function asJson({ labels }: Classification, bits: number): string {
  const short = labels.map(({ name, probability }) => ({ label: name, probability }));
  return `${JSON.stringify({ labels: short, bits }, null, 2)}\n`;
}

function asText({ labels }: Classification, bits: number, top: number): string {
  const lines = labels
    .slice(0, top)
    .map(({ title, probability }) => `${(100 * probability).toFixed(1).padStart(5)}%  ${title}`);
  return [
    ...lines,
    "",
    labels[0]?.help ?? "",
    "",
    `At most ${(Math.ceil(10 * bits) / 10).toFixed(1)} bits of this text.`,
    "",
  ].join("\n");
}
