/** A line chart as SVG: shares against something on a logarithmic axis, with the interval of each line as a band. */
import type { Share } from "../figures.ts";
import { interval, percent } from "../words.ts";
import { markup, type Markup } from "./markup.ts";

export interface Line {
  readonly name: string;
  /** Class of its colour and its mark: no line is told by its colour alone. */
  readonly look: "round" | "square" | "diamond";
  readonly points: readonly { readonly x: number; readonly share: Share }[];
}

export interface Chart {
  readonly id: string;
  readonly title: string;
  /** A sentence for who does not see it. */
  readonly description: string;
  readonly axis: { readonly name: string; readonly ticks: readonly { readonly x: number; readonly text: string }[] };
  readonly lines: readonly Line[];
  /** Share of a reader who sees nothing: a level line. */
  readonly baseline: number;
  /** Places on the axis that have a name. */
  readonly flags: readonly { readonly x: number; readonly name: string; readonly here: boolean }[];
}

const WIDTH = 420;
const HEIGHT = 290;
const PLOT = { left: 40, right: 408, top: 34, bottom: 240 };

/** Names on the axis nearer than this would run into each other. */
const NAME_WIDTH = 62;

export function chartPicture(chart: Chart): Markup {
  const { id, title, description, axis, lines, baseline, flags } = chart;
  const shares = lines.flatMap(({ points }) => points.map(({ share }) => share.high));
  const { top, ticks } = scaleTo(Math.max(baseline, ...shares));
  const xs = lines.flatMap(({ points }) => points.map(({ x }) => x));
  const across = along(Math.min(...xs), Math.max(...xs));
  const up = (share: number) => round(PLOT.bottom - (share / top) * (PLOT.bottom - PLOT.top));
  return markup`<svg class="chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="${id}-title ${id}-desc">
<title id="${id}-title">${title}</title><desc id="${id}-desc">${description}</desc>
${ticks.map((share) => markup`<line class="grid" x1="${PLOT.left}" x2="${PLOT.right}" y1="${up(share)}" y2="${up(share)}"/><text class="tick" x="${PLOT.left - 7}" y="${up(share) + 4}" text-anchor="end">${Math.round(100 * share)}%</text>`)}
${flagsOf(flags, across)}
${axis.ticks.map(({ x, text }) => markup`<text class="tick" x="${across(x)}" y="${PLOT.bottom + 18}" text-anchor="middle">${text}</text>`)}
<text class="axis" x="${(PLOT.left + PLOT.right) / 2}" y="${HEIGHT - 10}" text-anchor="middle">${axis.name}</text>
<line class="blind" x1="${PLOT.left}" x2="${PLOT.right}" y1="${up(baseline)}" y2="${up(baseline)}"><title>A reader who sees nothing: ${percent(baseline)}</title></line>
${lines.map((line) => bandOf(line, across, up))}
${lines.map((line) => lineOf(line, axis.name, across, up))}
</svg>`;
}

/** What the lines are, for above the picture. */
export function legendOf({ lines, baseline }: Chart): Markup {
  return markup`<ul class="legend">${lines.map(
    ({ name, look }) =>
      markup`<li><svg class="key ${look}" viewBox="0 0 28 12" aria-hidden="true"><line x1="0" x2="28" y1="6" y2="6"/>${markAt(look, 14, 6)}</svg>${name}</li>`,
  )}<li><svg class="key" viewBox="0 0 28 12" aria-hidden="true"><line class="blind" x1="0" x2="28" y1="6" y2="6"/></svg>sees nothing: ${percent(baseline)}</li></ul>`;
}

function bandOf({ look, points }: Line, across: (x: number) => number, up: (share: number) => number): Markup {
  const edge = [
    ...points.map(({ x, share }) => `${across(x)},${up(share.high)}`),
    ...[...points].reverse().map(({ x, share }) => `${across(x)},${up(share.low)}`),
  ];
  return markup`<polygon class="band ${look}" points="${edge.join(" ")}"/>`;
}

function lineOf(
  { name, look, points }: Line,
  axis: string,
  across: (x: number) => number,
  up: (share: number) => number,
): Markup {
  const path = points.map(({ x, share }) => `${across(x)},${up(share.share)}`).join(" ");
  return markup`<g class="line ${look}"><polyline points="${path}"/>${points.map(
    ({ x, share }) =>
      markup`<g>${markAt(look, across(x), up(share.share))}<title>${name}, ${axis} ${Math.round(100 * x) / 100}: ${percent(share.share)} (${interval(share)})</title></g>`,
  )}</g>`;
}

function markAt(look: Line["look"], x: number, y: number): Markup {
  switch (look) {
    case "round":
      return markup`<circle class="mark" cx="${x}" cy="${y}" r="3.5"/>`;
    case "square":
      return markup`<rect class="mark" x="${round(x - 3.25)}" y="${round(y - 3.25)}" width="6.5" height="6.5"/>`;
    case "diamond":
      return markup`<path class="mark" d="M${round(x - 4.5)} ${y} ${x} ${round(y - 4.5)} ${round(x + 4.5)} ${y} ${x} ${round(y + 4.5)}Z"/>`;
  }
}

/** Names in two rows where they would run into each other. */
function flagsOf(flags: Chart["flags"], across: (x: number) => number): Markup[] {
  const sorted = [...flags].sort((a, b) => a.x - b.x);
  const ends = [-Infinity, -Infinity];
  return sorted.map(({ x, name, here }) => {
    const at = across(x);
    const row = at - (ends[0] as number) >= NAME_WIDTH ? 0 : 1;
    ends[row] = at;
    const y = PLOT.top - 8 - 13 * row;
    const inside = Math.min(Math.max(at, PLOT.left + NAME_WIDTH / 2), PLOT.right - NAME_WIDTH / 2);
    return markup`<g class="flag${here ? " here" : ""}"><line x1="${at}" x2="${at}" y1="${PLOT.top - 4}" y2="${PLOT.bottom}"/><text x="${round(inside)}" y="${y}" text-anchor="middle">${name}</text></g>`;
  });
}

function along(first: number, last: number): (x: number) => number {
  const room = [PLOT.left + 12, PLOT.right - 12] as const;
  const span = Math.log(last / first);
  return (x) => round(room[0] + (span === 0 ? 0.5 : Math.log(x / first) / span) * (room[1] - room[0]));
}

/** A round share above all that is shown, and the lines across. */
function scaleTo(most: number): { top: number; ticks: number[] } {
  const step = [0.01, 0.02, 0.05, 0.1, 0.2, 0.25].find((each) => each * 5 >= most) ?? 0.25;
  const top = Math.min(1, step * Math.max(1, Math.ceil(most / step - 1e-9)));
  return { top, ticks: Array.from({ length: Math.round(top / step) + 1 }, (_, i) => i * step) };
}

function round(value: number): number {
  return Math.round(100 * value) / 100;
}
