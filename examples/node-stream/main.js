/** A private completion from Node: `node main.js "Once upon a time there was a"`. */
import { createClient, privacyCost, SottoError } from "sotto/sdk";

const text = process.argv[2] ?? "Once upon a time there was a little";
const stop = new AbortController();
process.once("SIGINT", () => stop.abort());

const client = await createClient({
  server: process.env.SOTTO_SERVER ?? "http://localhost:8787",
  bundle: "demo-stories",
  preset: "light",
  budgets: [{ scope: "day", unit: "bits", limit: 2000, delta: 1e-5 }],
  // The files of the bundle, by their sha256: the second start downloads nothing.
  cache: ".sotto-cache",
  ...(process.env.SOTTO_LEDGER && { ledger: process.env.SOTTO_LEDGER }),
});

try {
  const tokens = await client.tokenize(text);
  const { bits, epsilon, delta } = privacyCost(client.bundle, client.preset, tokens.length, 1e-5, "message");
  console.error(`${tokens.length} tokens, at most ${bits.toFixed(1)} bits, epsilon ${epsilon.toFixed(1)} at ${delta}`);

  process.stdout.write(text);
  for await (const chunk of client.complete(text, { maxTokens: 40, signal: stop.signal })) {
    process.stdout.write(chunk.text);
  }
  process.stdout.write("\n");
} catch (error) {
  if (!(error instanceof SottoError)) throw error;
  // `budget_exceeded`, `server_unreachable`, `aborted`, …
  console.error(`${error.code}: ${error.message}`);
  process.exitCode = 1;
} finally {
  await client.close();
}
