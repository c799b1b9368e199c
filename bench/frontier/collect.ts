/** From run directories to what the report is made of. */
import { readAttack } from "./attack.ts";
import { readBeside, type Domain, type Point, type ShareRead } from "./points.ts";
import type { Summary } from "./report.ts";
import { METHODS, rowsOf, type Measured } from "./summary.ts";

/**
 * Everything that is known of a domain.
 * @param seeds that there should be
 */
export async function summaryOf(domain: Domain, seeds: readonly number[]): Promise<Summary> {
  const measured: Measured[] = [];
  const alike = readingsByEvidence(domain.points);
  for (const point of domain.points) {
    const { evidence } = point;
    measured.push({
      point,
      attacked: evidence === undefined ? null : await readAttack(domain.run, evidence),
      beside: { ...(evidence === undefined ? {} : alike.get(evidence)), ...(await readBeside(point, domain.run)) },
    });
  }
  return {
    domain: domain.name,
    description: domain.description,
    seeds: [...new Set(domain.points.map(({ seed }) => seed))].toSorted((a, b) => a - b),
    missing: missingOf(domain, seeds),
    unattacked: measured.filter(({ point, attacked }) => point.evidence !== undefined && attacked === null).length,
    rows: rowsOf(measured),
  };
}

/** What is read of a release is read of all points that are of it, whichever of them an attacker was run for. */
export function readingsByEvidence(points: readonly Point[]): Map<string, Record<string, ShareRead>> {
  const found = new Map<string, Record<string, ShareRead>>();
  for (const { evidence, leak } of points) {
    if (evidence !== undefined) found.set(evidence, { ...leak, ...found.get(evidence) });
  }
  return found;
}

/** `method level seed` of every point that there should be and is not. Where a half did not say its levels, those that some seed has. */
export function missingOf(domain: Pick<Domain, "name" | "points" | "description">, seeds: readonly number[]): string[] {
  const { points, description } = domain;
  const there = new Set(points.map(({ method, level, seed }) => `${method} ${level} ${seed}`));
  const levels = description.methods ?? Object.fromEntries(METHODS.filter(isOf(domain.name)).map(levelsSeen(points)));
  return Object.entries(levels).flatMap(([method, each]) =>
    each.flatMap((level) => seeds.map((seed) => `${method} ${level} ${seed}`).filter((key) => !there.has(key))),
  );
}

/** Has a domain this method? */
function isOf(domain: string): (method: string) => boolean {
  return (method) => (domain === "stories" ? method !== "gist" : !method.startsWith("mixed"));
}

function levelsSeen(points: readonly Point[]): (method: string) => [string, string[]] {
  return (method) => {
    const seen = new Set(points.flatMap((point) => (point.method === method ? [point.level] : [])));
    return [method, seen.size === 0 ? ["any"] : [...seen]];
  };
}
