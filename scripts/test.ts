/** `npm test`: every check in turn, stopping at the first that fails. */
import { spawnSync } from "node:child_process";

const steps = ["types", "lint", "unit", "build", "budgets", "e2e"];

/** npm names itself to the scripts it runs; started by hand, it is looked up. */
const npm = process.env["npm_execpath"];

function run(step: string): boolean {
  const args = ["run", "--silent", step];
  const { status } =
    npm === undefined
      ? spawnSync("npm", args, { stdio: "inherit", shell: process.platform === "win32" })
      : spawnSync(process.execPath, [npm, ...args], { stdio: "inherit" });
  return status === 0;
}

for (const [index, step] of steps.entries()) {
  console.log(`\n=== ${index + 1}/${steps.length} ${step} ===\n`);
  const start = performance.now();
  const passed = run(step);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`\n${step} ${passed ? "passed" : "FAILED"} after ${seconds} s`);
  if (!passed) {
    console.log(`Run it by itself: npm run ${step}`);
    process.exit(1);
  }
}
