/** The data points that the two halves write (trainer/frontier/points.py), and what is beside them. */
import { existsSync } from "node:fs";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

/** Share of the private tokens that an attacker named, and of how many; `baseline` is that of one who sees nothing. */
const share = z.object({ value: z.number(), tokens: z.number(), baseline: z.number().optional() });
export type ShareRead = z.infer<typeof share>;

const utility = z.object({
  value: z.number(),
  /** Of the same server given the release of another text. */
  control: z.number(),
  /** Windows or messages that it is the mean of. */
  n: z.int().positive(),
  /**
   * Standard error over groups of windows, which are other ones for every seed, and how many groups; absent where all seeds have the same
   * messages.
   */
  errors: z.object({ worth: z.number() }).optional(),
  groups: z.int().min(2).optional(),
});
export type Utility = z.infer<typeof utility>;

const point = z.object({
  domain: z.string(),
  method: z.string(),
  level: z.string(),
  seed: z.int(),
  parameters: z.record(z.string(), z.unknown()),
  bits: z.object({ token: z.number().nullable(), message: z.number().nullable(), tokens: z.number() }),
  epsilon: z.number().nullable(),
  utility: z.partialRecord(z.enum(["accuracy", "loss", "coherence"]), utility),
  leak: z.record(z.string(), share),
  /** From the run directory, without the suffix .json. */
  evidence: z.string().optional(),
});
export type Point = z.infer<typeof point>;

const end = z.object({ value: z.number(), error: z.number(), n: z.number() });

/** What a half says of a domain: the token that ends a text, the levels that there will be, and what coherence lies between. */
const description = z.object({
  end: z.int().default(0),
  methods: z.record(z.string(), z.array(z.string())).optional(),
  coherence: z.object({ ceiling: end, floor: end }).optional(),
});
export type Description = z.infer<typeof description>;

/** What was measured in one domain. */
export interface Domain {
  readonly name: string;
  /** Run directory of its half. */
  readonly run: string;
  readonly description: Description;
  readonly points: readonly Point[];
}

/**
 * Read what there is of a domain; nothing is an empty domain.
 * @throws ZodError where a file is no data point
 */
export async function readDomain(run: string, name: string): Promise<Domain> {
  const folder = join(run, "points", name);
  const points: Point[] = [];
  for (const method of await names(folder)) {
    for (const level of await names(join(folder, method))) {
      const files = (await names(join(folder, method, level))).filter((file) => /^\d+\.json$/.test(file));
      for (const file of files) points.push(point.parse(await json(join(folder, method, level, file))));
    }
  }
  const described = join(run, `${name}.json`);
  return { name, run, description: description.parse(existsSync(described) ? await json(described) : {}), points };
}

const readings = z.record(z.string(), share);

/** What a half's own attackers read of the same release later on, beside its evidence: `<point>.tail.json`. */
export async function readBeside({ evidence }: Point, run: string): Promise<Record<string, ShareRead>> {
  if (evidence === undefined) return {};
  const file = join(run, `${stemOf(evidence)}.tail.json`);
  return existsSync(file) ? readings.parse(await json(file)) : {};
}

/** `points/stories/del/8/1.evidence` is of `points/stories/del/8/1`. */
export function stemOf(evidence: string): string {
  return evidence.replace(/\.evidence$/, "");
}

async function names(folder: string): Promise<string[]> {
  return existsSync(folder) ? (await readdir(folder)).toSorted() : [];
}

export async function json(file: string): Promise<unknown> {
  return JSON.parse(await readFile(file, "utf8"));
}
