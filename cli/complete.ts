/** `sotto complete`: release a text, send it, print the reply as it streams. */
import { Command } from "commander";
import { streamCompletion } from "../src/sdk/completions.ts";
import { createClient, fileLedger, openRemote } from "../src/sdk/index.node.ts";
import type { CompletionChunk, CompletionOptions } from "../src/sdk/types.ts";
import { unprotectedFrame } from "../src/sdk/unprotected.node.ts";
import {
  apiKeyIn,
  LEDGER_HELP,
  origin,
  realNumberTo,
  TEXT_HELP,
  textOption,
  wholeNumber,
  wholeNumberIn,
} from "./options.ts";

interface Options {
  readonly server: string;
  readonly bundle: string;
  readonly preset: string;
  readonly text: string;
  readonly maxTokens?: number;
  readonly temperature?: number;
  readonly topP?: number;
  readonly seed?: number;
  readonly apiKeyFile?: string;
  readonly ledger?: string;
}

export function completeCommand(): Command {
  return new Command("complete")
    .description("Let a server continue a text it does not receive.")
    .requiredOption("--server <url>", "origin of the split server, e.g. http://localhost:8787", origin)
    .requiredOption("--bundle <id>", "bundle, by id")
    .requiredOption("--preset <name>", "preset; off sends the activations as they are (for testing)")
    .requiredOption("--text <text>", TEXT_HELP)
    .option("--max-tokens <n>", "longest reply, in tokens (default: 128)", wholeNumberIn(1, 65_536))
    .option("--temperature <t>", "0 takes the likeliest token each time (default: 0.8)", realNumberTo(2))
    .option("--top-p <p>", "share of the likeliest tokens to choose among (default: 0.95)", realNumberTo(1))
    .option("--seed <n>", "seed of the server's choice of tokens; the noise has none", wholeNumber)
    .option("--api-key-file <file>", "file that holds the server's API key, where it asks for one")
    .option("--ledger <file>", LEDGER_HELP)
    .action(async (options: Options) => {
      const text = await textOption(options.text);
      const stop = new AbortController();
      process.once("SIGINT", () => {
        stop.abort();
      });
      for await (const chunk of await reply(options, text, stop.signal)) process.stdout.write(chunk.text);
      process.stdout.write("\n");
    });
}

async function reply(options: Options, text: string, signal: AbortSignal): Promise<AsyncIterable<CompletionChunk>> {
  const { server, bundle, preset } = options;
  const settings: CompletionOptions = {
    signal,
    ...(options.maxTokens !== undefined && { maxTokens: options.maxTokens }),
    ...(options.temperature !== undefined && { temperature: options.temperature }),
    ...(options.topP !== undefined && { topP: options.topP }),
    ...(options.seed !== undefined && { seed: options.seed }),
    ...(options.apiKeyFile !== undefined && { apiKey: await apiKeyIn(options.apiKeyFile) }),
  };
  if (preset === "off") {
    const parts = await openRemote(server, bundle);
    return streamCompletion(server, bundle, await unprotectedFrame(parts, text), settings);
  }
  const client = await createClient({ server, bundle, ledger: fileLedger(options.ledger) });
  return client.complete(text, preset, settings);
}
