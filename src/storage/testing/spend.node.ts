/** Charges the ledger in a file again and again, and prints the id of each draw once it is charged. Started by the tests. */
import { fileLedger } from "../ledger-file.node.ts";
import { entryOf } from "../ledger.contract.ts";

const [path, times] = process.argv.slice(2);
if (path === undefined) throw new Error("usage: spend.node.ts FILE TIMES");
const ledger = fileLedger(path);
for (let i = 0; i < Number(times); i++) {
  const entry = entryOf(1);
  await ledger.spend(entry);
  process.stdout.write(`${entry.id}\n`);
}
