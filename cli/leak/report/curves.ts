/** The two curves of the report, as charts. */
import { STRONG, type Audit, type Pictures } from "../audit.ts";
import type { AttackerFigures } from "../figures.ts";
import { ATTACKER_NAMES, count, figure, percent } from "../words.ts";
import type { Chart, Line } from "./chart.ts";
import type { Report } from "./page.ts";

const LOOKS = { bayes: "round", sequence: "square", denoiser: "diamond" } as const;

export function muChart({ preset, presets, mu }: Report["subject"], { byMu }: Pictures): Chart {
  const lines = STRONG.flatMap((attacker): Line[] => {
    const points = byMu.flatMap(({ mu: x, measured }) => {
      const figures = measured[attacker];
      return figures === undefined ? [] : [{ x, share: figures.recovery }];
    });
    return points.length === 0 ? [] : [{ name: ATTACKER_NAMES[attacker], look: LOOKS[attacker], points }];
  });
  const xs = byMu.map((point) => point.mu);
  const within = presets.filter((each) => each.mu >= Math.min(...xs) && each.mu <= Math.max(...xs));
  return {
    id: "by-mu",
    title: "Less noise, more read",
    description: `Share of tokens read against mu, the noise level, from ${figure(Math.min(...xs))} to ${figure(Math.max(...xs))}; the preset ${preset} is at ${figure(mu)}. ${endsOf(lines)}`,
    axis: { name: "mu (less noise to the right)", ticks: xs.map((x) => ({ x, text: figure(x) })) },
    lines,
    baseline: bestBlind(byMu.flatMap(({ measured }) => Object.values(measured))),
    flags: within.map((each) => ({ x: each.mu, name: each.name, here: each.name === preset })),
  };
}

export function releasesChart({ strongest }: Pick<Audit, "strongest">, { byReleases }: Pictures): Chart {
  const points = byReleases.map(({ releases, figures }) => ({ x: releases, share: figures.recovery }));
  const lines: Line[] = [{ name: ATTACKER_NAMES[strongest], look: LOOKS[strongest], points }];
  return {
    id: "by-releases",
    title: "The same text sent anew",
    description: `Share of tokens read against the number of releases of the same text with fresh noise, up to ${count(points.at(-1)?.x ?? 0, "release")}. ${endsOf(lines)}`,
    axis: { name: "releases of the same text", ticks: points.map(({ x }) => ({ x, text: String(x) })) },
    lines,
    baseline: bestBlind(byReleases.map(({ figures }) => figures)),
    flags: [],
  };
}

/** The most that any of these readers names who sees nothing. */
function bestBlind(all: readonly AttackerFigures[]): number {
  return Math.max(0, ...all.map(({ baseline }) => baseline));
}

/** "The whole message: from 10.1% to 50.2%." */
function endsOf(lines: readonly Line[]): string {
  return lines
    .map(({ name, points }) => {
      const [first, last] = [points[0], points.at(-1)];
      return first === undefined || last === undefined
        ? ""
        : `Reading by ${name}: from ${percent(first.share.share)} to ${percent(last.share.share)}.`;
    })
    .join(" ");
}
