/** docs/results/frontier.md: every figure of it from the data files beside it. */
import { figure, percent } from "../../cli/leak/words.ts";
import {
  attackerSentences,
  bestAt,
  comparisons,
  gistAgainstTokens,
  keptOfClean,
  mainMeasure,
  RECOVERIES,
  span,
  strongest,
  worseThanNothing,
  writtenAlone,
} from "./findings.ts";
import type { Description } from "./points.ts";
import type { Measure, Row, UtilityFigure } from "./summary.ts";

/** One domain as its data file has it. */
export interface Summary {
  readonly domain: string;
  readonly description: Description;
  readonly seeds: readonly number[];
  /** `method level seed` of what is not there. */
  readonly missing: readonly string[];
  /** Points that the sequence attack has not been run on. */
  readonly unattacked: number;
  readonly rows: readonly Row[];
}

const TITLES: Record<string, string> = {
  stories: "Story continuation",
  banking77: "Banking77: 77 intents",
  clinc150: "CLINC150: 150 intents",
  polarity: "Sentence polarity",
  subjectivity: "Subjectivity",
};

/** What stands for a figure that there is none of. */
const NONE = "–";

const signed = new Intl.NumberFormat("en-US", {
  minimumFractionDigits: 3,
  maximumFractionDigits: 3,
  signDisplay: "exceptZero",
});
const thousandths = new Intl.NumberFormat("en-US", { minimumFractionDigits: 3, maximumFractionDigits: 3 });

/** @param plots files beside the data, by domain */
export function report(summaries: readonly Summary[], plots: Readonly<Record<string, readonly string[]>>): string {
  return [
    "# The frontier: utility against leak",
    "",
    "Made by `npm run frontier`, every figure of it; the data are in [frontier/](frontier/). For each method and level the same held-out text,",
    "the same attackers and a zero-information control. What the methods are is in [bench/frontier](../../bench/frontier/README.md), and how the settings",
    "of the classification tasks were chosen in [theirs](../../trainer/frontier/tasks/README.md): on Banking77, seed 1, which may flatter that one.",
    "",
    "- **Bits** are an upper bound on what the server learns, of a token and of the mean message; **epsilon** is that of the mean message at delta",
    "  10⁻⁵, ∞ where there is none.",
    "- **Read** is the share of private tokens that the strongest attacker run on the release names, with Wilson's 95% interval over the tokens of all",
    "  seeds; **blind** is what it names unseen; **rare** is the same of tokens less common than 1 in 10,000.",
    "  Of `gist` the attacker is a trained inverter that is told every true token before the one it names, which no other attacker is: its blind figure",
    "  is told as much, and only what lies between the two is read from the release. What it writes by itself stands below the table.",
    "- **Control** is the same server given the release of another text. **Worth** is how much better than that the release does, with 95%",
    "  intervals: over seeds (Student's; wide, since they are few), then over messages; of stories over batches of 8, whose prefixes are of one length.",
    "",
    ...summaries.flatMap((summary) => section(summary, plots[summary.domain] ?? [])),
  ].join("\n");
}

function section(summary: Summary, plots: readonly string[]): string[] {
  const { domain, rows, seeds } = summary;
  const title = TITLES[domain] ?? domain;
  if (rows.length === 0) return [`## ${title}`, "", "Nothing was measured yet.", ""];
  const mixed = rows.filter(isMixed);
  const whole = rows.filter((row) => !isMixed(row));
  return [
    `## ${title}`,
    "",
    `${seeds.length === 1 ? "One seed" : `${seeds.length} seeds`}: ${seeds.join(", ")}.${seeds.length < 3 ? " Fewer than three: intervals over seeds say little." : ""}`,
    ...gaps(summary),
    "",
    ...plots.filter((plot) => !plot.endsWith("mixed")).flatMap((plot) => [picture(plot, title), ""]),
    ...table(whole),
    "",
    ...atEqualRecovery(whole),
    ...mixedSection(mixed, plots, title),
    "What is seen:",
    "",
    ...[
      ...gistAgainstTokens(rows),
      ...comparisons(rows),
      ...attackerSentences(whole),
      ...writtenAlone(rows),
      ...worseThanNothing(rows),
    ].map((each) => `- ${each}`),
    ...list(keptOfClean(rows)),
    ...coherenceNote(summary),
    "",
  ];
}

/** Of mixed messages the sensitive words alone are scored. */
function isMixed({ method }: Row): boolean {
  return method.startsWith("mixed");
}

function mixedSection(rows: readonly Row[], plots: readonly string[], title: string): string[] {
  if (rows.length === 0) return [];
  const share = rows.map(({ parameters }) => parameters["sensitiveShare"]).find((value) => typeof value === "number");
  return [
    "### Mixed messages",
    "",
    "Names, numbers and rare words at strict noise (`light-public`: at light), or a typed placeholder in their place; the rest at light noise, or in the clear. Read and rare are of the",
    `sensitive words alone${share === undefined ? "" : `, ${percent(share)} of the tokens`}, and so are the bits of a token; those of a message are of all that is private in it. That a word`,
    "is sensitive the server sees, and so do the attackers; bits do not count it.",
    "",
    ...plots
      .filter((plot) => plot.endsWith("mixed"))
      .flatMap((plot) => [picture(plot, `${title}, mixed messages`), ""]),
    ...table(rows),
    "",
  ];
}

function list([head, ...items]: readonly string[]): string[] {
  return head === undefined ? [] : [`- ${head}`, ...items.map((item) => `  - ${item}`)];
}

/** What is not there. */
function gaps({ missing, unattacked }: Summary): string[] {
  const lines = [];
  if (missing.length > 0) {
    const byMethod = new Map<string, number>();
    for (const each of missing) {
      const method = each.split(" ")[0] ?? each;
      byMethod.set(method, (byMethod.get(method) ?? 0) + 1);
    }
    const counts = [...byMethod].map(([method, count]) => `${method} ${count}`).join(", ");
    lines.push(`**Missing: ${missing.length} points** (${counts}); the data file names them.`);
  }
  if (unattacked > 0)
    lines.push(
      `**Of ${unattacked} points the sequence attack has not been run:** what is read of them is read by weaker ones.`,
    );
  return lines.length === 0 ? [] : ["", ...lines];
}

/** A plot for light pages and one for dark ones. */
function picture(plot: string, title: string): string {
  const what = plot.endsWith("bits") ? "utility against bits a message" : "utility against what is read";
  return [
    "<picture>",
    `  <source media="(prefers-color-scheme: dark)" srcset="frontier/${plot}-dark.svg">`,
    `  <img alt="${title}: ${what}, by method" src="frontier/${plot}-light.svg">`,
    "</picture>",
  ].join("\n");
}

const MEASURES: readonly Measure[] = ["accuracy", "loss", "coherence"];

function table(rows: readonly Row[]): string[] {
  const measures = MEASURES.filter((measure) => rows.some(({ utility }) => utility[measure] !== undefined));
  const heads = [
    "method",
    "level",
    "seeds",
    "bits a token",
    "bits a message",
    "epsilon",
    "read",
    "by",
    "blind",
    "rare",
    ...measures.flatMap((measure) => [measure, "control", "worth"]),
  ];
  return [
    line(heads),
    line(heads.map(() => "---")),
    ...rows.map((row) =>
      line([...leakCells(row), ...measures.flatMap((measure) => utilityCells(row.utility[measure]))]),
    ),
  ];
}

function leakCells(row: Row): string[] {
  const found = strongest(row);
  const number = (value: number | null | undefined) => (value === null || value === undefined ? NONE : figure(value));
  return [
    row.method,
    row.level === "none" ? NONE : row.level,
    String(row.seeds.length),
    number(row.bits.token),
    number(row.bits.message),
    row.epsilon === null ? "∞" : figure(row.epsilon),
    found === null ? NONE : `${percent(found.recovery)} (${span(found, percent)})`,
    found?.attacker ?? NONE,
    found === null || found.blind === null ? NONE : percent(found.blind),
    found === null || found.rare === null ? NONE : `${percent(found.rare.recovery)} (${span(found.rare, percent)})`,
  ];
}

function utilityCells(found: UtilityFigure | undefined): string[] {
  if (found === undefined) return [NONE, NONE, NONE];
  const { value, control, worth, worthOverSeeds, worthOverMessages } = found;
  const show = (number: number) => signed.format(number);
  const seeds = worthOverSeeds === null ? "one seed" : span(worthOverSeeds, show);
  return [
    thousandths.format(value),
    thousandths.format(control),
    `${show(worth)} (${seeds}; ${span(worthOverMessages, show)})`,
  ];
}

function atEqualRecovery(rows: readonly Row[]): string[] {
  const columns = RECOVERIES.map((recovery) => bestAt(rows, recovery));
  const methods = [...new Set(columns.flat().map(({ method }) => method))];
  if (methods.length === 0) return [];
  const heads = ["worth where so much is read", ...RECOVERIES.map(percent)];
  return [
    `Worth (${mainMeasure(rows)}) at equal recovery, linear between the two nearest levels; – where the method has none on one side:`,
    "",
    line(heads),
    line(heads.map(() => "---")),
    ...methods.map((method) =>
      line([
        method,
        ...columns.map((column) => {
          const found = column.find((each) => each.method === method);
          return found === undefined ? NONE : signed.format(found.worth);
        }),
      ]),
    ),
    "",
  ];
}

function coherenceNote({ description: { coherence } }: Summary): string[] {
  if (coherence === undefined) return [];
  const { ceiling, floor } = coherence;
  const value = (found: typeof ceiling) => `${thousandths.format(found.value)} ± ${thousandths.format(found.error)}`;
  return [
    `- Coherence is the cosine of the written continuation and the true one. Between two parts of one story it is ${value(ceiling)}, between parts of ` +
      `two stories ${value(floor)} (standard errors, ${figure(ceiling.n)} pairs).`,
  ];
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}
