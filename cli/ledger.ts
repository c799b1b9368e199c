/** `sotto ledger`: what this user has told which server, the budgets, and moving them to another device. */
import { open, readFile } from "node:fs/promises";
import { createInterface } from "node:readline/promises";
import { Argument, Command } from "commander";
import { budgetsNow, type Budget } from "../src/core/accounting/ledger/budget.ts";
import type { LedgerRow } from "../src/core/accounting/ledger/entries.ts";
import { accountantOfEntries, counting, dearestMessage, serversIn } from "../src/core/accounting/ledger/spent.ts";
import { SottoError } from "../src/core/errors.ts";
import { defaultLedgerFile, fileLedger } from "../src/sdk/index.node.ts";
import { describeBudget, figure } from "./budgets.ts";
import { LEDGER_HELP, origin, realNumber } from "./options.ts";

interface Options {
  readonly ledger?: string;
  readonly server?: string;
  readonly delta?: number;
  readonly json?: true;
  readonly yes?: true;
  readonly yesReally?: true;
}

const DELTA = 1e-5;

export function ledgerCommand(): Command {
  const command = new Command("ledger").description("What was told to which server, and the budgets.");
  const add = (name: string, description: string) =>
    command.command(name).description(description).option("--ledger <file>", LEDGER_HELP);

  add("show", "Print what was spent, per server and bundle.")
    .option("--server <url>", "this server alone", origin)
    .option("--delta <X>", "delta at which epsilon is stated (default: 1e-5)", realNumber)
    .option("--json", "print JSON")
    .action(show);
  add("export", "Write the ledger as a file that another device can import.")
    .argument("[file]", "where to; standard output by default")
    .action(exportTo);
  add("import", "Merge the export of another ledger. No count is ever lower afterwards.")
    .argument("<file>", "an export")
    .action(importFrom);
  add("budget", "Set a budget; the limit 'none' lifts it. What would exceed a budget is not sent.")
    .addArgument(new Argument("<scope>").choices(["message", "day", "month", "ever"]))
    .argument("<limit>", "a number, or none", (value) => (value === "none" ? null : realNumber(value)))
    .addArgument(new Argument("[unit]").choices(["bits", "epsilon"]).default("bits"))
    .option("--delta <X>", "delta at which an epsilon is meant (default: 1e-5)", realNumber)
    .action(setBudget);
  add("reset", "Begin a new count. What was told stays told; the reset is itself recorded. Asks twice.")
    .option("--server <url>", "for this server alone", origin)
    .option("--yes", "the first answer, for scripts")
    .option("--yes-really", "the second")
    .action(reset);
  return command;
}

async function show(options: Options): Promise<void> {
  const ledger = fileLedger(options.ledger);
  const [rows, budgets] = [await ledger.rows(), await ledger.budgets()];
  const delta = options.delta ?? DELTA;
  const servers = serversIn(rows)
    .filter((server) => options.server === undefined || server === options.server)
    .map((server) => summary(rows, budgets, server, delta));
  if (options.json) {
    const text = JSON.stringify({ servers, budgets }, (_, value: unknown) => (value === Infinity ? "Infinity" : value));
    process.stdout.write(`${text}\n`);
  } else {
    process.stdout.write(describe(servers, budgets, options.ledger ?? defaultLedgerFile()));
  }
}

function summary(rows: readonly LedgerRow[], budgets: readonly Budget[], server: string, delta: number) {
  const entries = counting(rows, { server });
  const bundles = [...new Set(entries.map(({ bundle }) => bundle))].map((bundle) => {
    const ofBundle = entries.filter((entry) => entry.bundle === bundle);
    return { bundle, id: ofBundle[0]?.bundleId ?? "", ...spent(ofBundle, delta) };
  });
  return {
    server,
    since: entries.length === 0 ? null : new Date(Math.min(...entries.map(({ at }) => at))).toISOString(),
    ...spent(entries, delta),
    dearest: dearest(entries, delta),
    bundles,
    budgets: budgetsNow(rows, server, budgets, Date.now()),
  };
}

/** In the two narrower adjacencies: the token and the message that cost most. */
function dearest(entries: ReturnType<typeof counting>, delta: number) {
  const token = accountantOfEntries(entries, "token");
  return { token: { bits: token.bits(), epsilon: token.epsilon(delta) }, message: dearestMessage(entries, delta) };
}

function spent(entries: ReturnType<typeof counting>, delta: number) {
  const accountant = accountantOfEntries(entries);
  return {
    releases: entries.length,
    tokens: entries.flatMap(({ charges }) => charges).reduce((sum, { tokens }) => sum + tokens, 0),
    bits: accountant.bits(),
    epsilon: accountant.epsilon(delta),
    delta,
  };
}

function describe(servers: readonly ReturnType<typeof summary>[], budgets: readonly Budget[], path: string): string {
  if (servers.length === 0 && budgets.length === 0) return `Nothing is in the ledger at ${path}.\n`;
  const cost = ({ releases, tokens, bits, epsilon, delta }: ReturnType<typeof spent>) =>
    `${releases} releases, ${tokens} private tokens: at most ${figure(bits)} bits; epsilon ${figure(epsilon)} at delta ${delta}`;
  const bound = ({ bits, epsilon }: { bits: number; epsilon: number }) =>
    `at most ${figure(bits)} bits, epsilon ${figure(epsilon)}`;
  return [
    ...servers.flatMap((server) => [
      `${server.server}, since ${server.since ?? "its reset"}`,
      `  everything sent: ${cost(server)}`,
      `  dearest message: ${bound(server.dearest.message)}; dearest token: ${bound(server.dearest.token)}`,
      ...server.bundles.map((bundle) => `  ${bundle.id} (${bundle.bundle.slice(0, 12)}): ${cost(bundle)}`),
      ...server.budgets.map(({ budget, used }) => `  of ${describeBudget(budget)}: ${figure(used)} used`),
    ]),
    ...(servers.length === 0 ? budgets.map((budget) => `budget: ${describeBudget(budget)}`) : []),
    "",
  ].join("\n");
}

async function exportTo(file: string | undefined, options: Options): Promise<void> {
  const text = `${JSON.stringify(await fileLedger(options.ledger).export())}\n`;
  if (file === undefined) {
    process.stdout.write(text);
    return;
  }
  const handle = await open(file, "w", 0o600).catch(() => null);
  if (handle === null) throw new SottoError("invalid_request", "The export cannot be written there.");
  try {
    await handle.writeFile(text);
  } finally {
    await handle.close();
  }
}

async function importFrom(file: string, options: Options): Promise<void> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, "utf8"));
  } catch (cause) {
    throw new SottoError("ledger_import_invalid", "There is no export that can be read there.", { cause });
  }
  const written = await fileLedger(options.ledger).import(value);
  process.stdout.write(`${written} entries were added or raised.\n`);
}

async function setBudget(
  scope: Budget["scope"],
  limit: number | null,
  unit: Budget["unit"],
  options: Options,
  command: Command,
): Promise<void> {
  if (limit !== null && limit <= 0) command.error("error: a limit must be above 0, or none");
  const ledger = fileLedger(options.ledger);
  const others = (await ledger.budgets()).filter((budget) => budget.scope !== scope || budget.unit !== unit);
  const added = limit === null ? [] : [{ scope, unit, limit, delta: options.delta ?? DELTA }];
  await ledger.setBudgets([...others, ...added]);
  process.stdout.write(
    [...others, ...added].map((budget) => `${describeBudget(budget)}\n`).join("") || "No budgets.\n",
  );
}

async function reset(options: Options, command: Command): Promise<void> {
  const whose = options.server ?? "every server";
  const sure =
    (await agreed(`Begin a new count for ${whose}? What was told stays told. (yes/no) `, options.yes, command)) &&
    (await agreed("The meter will then start at 0 and say when. Really? (yes/no) ", options.yesReally, command));
  if (!sure) {
    process.stdout.write("Nothing was changed.\n");
    return;
  }
  await fileLedger(options.ledger).reset(options.server ?? null);
  process.stdout.write(`A new count has begun for ${whose}.\n`);
}

async function agreed(question: string, given: true | undefined, command: Command): Promise<boolean> {
  if (given) return true;
  if (!process.stdin.isTTY) command.error("error: without a terminal, --yes and --yes-really must both be given");
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await terminal.question(question)).trim().toLowerCase() === "yes";
  } finally {
    terminal.close();
  }
}
