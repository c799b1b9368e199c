/**
 * `npm run frontier`: utility against leak, for each method and level of noise. Both halves in Python, the sequence attack on what they
 * released, then docs/results/frontier.md with its data and plots. Whatever is there is not computed again.
 */
import { existsSync } from "node:fs";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Command, Option } from "commander";
import { format } from "prettier";
import { progressLine } from "../../cli/progress.ts";
import { attackFile } from "./attack.ts";
import { summaryOf } from "./collect.ts";
import { commandsOf, DOMAINS, runOf, runs, trainerPython, type Choices } from "./halves.ts";
import { json, readDomain, type Domain } from "./points.ts";
import { report, type Summary } from "./report.ts";

interface Options extends Choices {
  readonly out: string;
  readonly python?: string;
  /** Not given: true. */
  readonly measure: boolean;
  readonly attack: boolean;
}

interface Given extends Omit<Options, "seeds"> {
  readonly seeds: readonly string[];
}

await new Command("frontier")
  .description("Measure utility against leak for each method and level of noise, and write the report.")
  .requiredOption("--run <dir>", "where points and what is trained are kept: stories/ and tasks/ in it")
  .option("--data <dir>", "folder of narrative/, banking77/, clinc150/, sentence_polarity/ and subjectivity/", "data")
  .option("--model <dir>", "base model of the bundle, in Hugging Face format", "model")
  .option("--bundle <dir>", "token bundle that is measured", "bundles/demo-stories")
  .option("--tail <dir>", "run directory of trainer.tail, or a bundle that has a tail")
  .option("--learned <dir>", "run directory of trainer.tail with a projection of its own")
  .addOption(new Option("--only <domain...>", "these domains alone").choices(DOMAINS))
  .option("--seeds <seed...>", "of windows and noise", ["1", "2", "3"])
  .option("--tiny", "every method in seconds, to no use but trying out")
  .option("--out <dir>", "where the report is written", "docs/results")
  .option("--python <path>", "an interpreter with the trainer's packages (default: the trainer's own environment)")
  .option("--no-measure", "attack and report what is there")
  .option("--no-attack", "report what is there")
  .action(({ seeds, ...options }: Given) => frontier({ ...options, seeds: wholeNumbers(seeds) }))
  .parseAsync();

async function frontier(options: Options): Promise<void> {
  const python = options.python ?? (await trainerPython());
  if (options.measure && options.attack) for (const args of commandsOf(options)) await runs(python, args);
  const summaries: Summary[] = [];
  for (const name of options.only ?? DOMAINS) {
    const all = await readDomain(runOf(options.run, name), name);
    const domain = { ...all, points: all.points.filter(({ seed }) => options.seeds.includes(seed)) };
    if (options.attack) await attackDomain(domain);
    summaries.push(await summaryOf(domain, options.seeds));
  }
  await written(summaries, options.out, python);
}

/** Evidence that several points share is attacked once. */
async function attackDomain({ name, run, points, description }: Domain): Promise<void> {
  const evidence = [...new Set(points.flatMap((point) => point.evidence ?? []))];
  const progress = progressLine();
  for (const [done, each] of evidence.entries()) {
    progress.show(`${name}: releases attacked`, done, evidence.length);
    await attackFile(run, each, name, description.end);
  }
  progress.clear();
}

/** Data files first: the plots are made from them. Of domains that were not asked for the data stay as they are. */
async function written(summaries: readonly Summary[], out: string, python: string): Promise<void> {
  const folder = join(out, "frontier");
  await mkdir(folder, { recursive: true });
  for (const summary of summaries) {
    await writeFile(join(folder, `${summary.domain}.json`), compact(summary));
  }
  const all = await readSummaries(folder);
  await runs(python, ["-m", "trainer.frontier.plots", folder]);
  // As trainer/frontier/plots.py names them.
  const drawn = (await readdir(folder)).filter((name) => name.endsWith("-light.svg")).toSorted();
  const plots = Object.fromEntries(
    all.map(({ domain }) => [
      domain,
      drawn.filter((name) => name.startsWith(`${domain}-`)).map((name) => name.replace(/-light\.svg$/, "")),
    ]),
  );
  const text = await format(report(all, plots), { parser: "markdown" });
  await writeFile(join(out, "frontier.md"), text);
  process.stdout.write(
    `${join(out, "frontier.md")}: ${all.map(({ domain, rows }) => `${domain} ${rows.length}`).join(", ")}\n`,
  );
}

/** Every data file of a report, those of domains that were not asked for today as well. */
async function readSummaries(folder: string): Promise<Summary[]> {
  const found: Summary[] = [];
  for (const name of DOMAINS) {
    const file = join(folder, `${name}.json`);
    // Written above, or by an earlier run of this program.
    if (existsSync(file)) found.push((await json(file)) as Summary);
  }
  return found;
}

/** JSON, a line a row. */
function compact({ rows, ...about }: Summary): string {
  const lines = rows.map((row) => JSON.stringify(row, rounded));
  return `${JSON.stringify(about, rounded).slice(0, -1)},"rows":[\n${lines.join(",\n")}\n]}\n`;
}

/** To six digits: more are not known, and files stay small. */
function rounded(_: string, value: unknown): unknown {
  return typeof value === "number" ? Number(value.toPrecision(6)) : value;
}

function wholeNumbers(values: readonly string[]): number[] {
  const numbers = values.map(Number);
  if (numbers.some((number) => !Number.isInteger(number) || number < 0)) throw new Error("A seed is a whole number.");
  return numbers;
}
