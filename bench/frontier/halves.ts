/** The two halves in Python, and the plots: commands in the trainer's environment. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

export interface Choices {
  /** Folder of narrative/, banking77/, clinc150/, ... */
  readonly data: string;
  readonly model: string;
  readonly bundle: string;
  /** Folder of stories/ and tasks/, one run directory each. */
  readonly run: string;
  readonly tail?: string;
  /** A tail whose projection was learned with it. */
  readonly learned?: string;
  readonly only?: readonly string[];
  readonly seeds: readonly number[];
  readonly tiny?: true;
}

export const TASKS = ["banking77", "clinc150", "polarity", "subjectivity"] as const;
export const DOMAINS = ["stories", ...TASKS] as const;

/** Which half a domain is of: the run directory below `run`. */
export function runOf(run: string, domain: string): string {
  return join(run, domain === "stories" ? "stories" : "tasks");
}

/** Arguments of Python for each half that is asked for. */
export function commandsOf({ data, model, bundle, run, tail, learned, only, seeds, tiny }: Choices): string[][] {
  const wanted = (domain: string) => only === undefined || only.includes(domain);
  const shared = ["--seeds", ...seeds.map(String), ...(tiny === true ? ["--tiny"] : [])];
  const commands: string[][] = [];
  if (wanted("stories")) {
    const of = [
      "--model",
      model,
      "--data",
      join(data, "narrative"),
      "--bundle",
      bundle,
      "--run",
      runOf(run, "stories"),
    ];
    const tails = [
      ...(tail === undefined ? [] : ["--tail", tail]),
      ...(learned === undefined ? [] : ["--learned", learned]),
    ];
    commands.push(["-m", "trainer.frontier.stories", ...of, ...tails, ...shared]);
  }
  const tasks = TASKS.filter(wanted);
  if (tasks.length > 0) {
    const of = ["--data", data, "--run", runOf(run, "tasks"), "--tasks", ...tasks];
    commands.push(["-m", "trainer.frontier.tasks", ...of, ...shared]);
  }
  return commands;
}

/**
 * Run a command whose output is seen.
 * @throws Error where it fails
 */
export async function runs(program: string, args: readonly string[]): Promise<void> {
  const child = spawn(program, args, { stdio: "inherit" });
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`${program} ${args.slice(0, 2).join(" ")} ended with ${String(code)}.`);
}

/** The trainer's interpreter, in an environment that is made on the first call. */
export async function trainerPython(): Promise<string> {
  await runs("bash", ["scripts/trainer-environment.sh"]);
  return "trainer/.venv/bin/python";
}
