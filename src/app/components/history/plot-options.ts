/** How the history is drawn: a line of steps, a dashed rule at each reset, and one at the budget. */
import type uPlot from "uplot";
import { formatted } from "../../wording.ts";
import { dated } from "../../ledger/standing.ts";
import type { Line } from "../../ledger/timeline.ts";

export interface Colours {
  readonly line: string;
  readonly rule: string;
  readonly soft: string;
  readonly mark: string;
}

/**
 * The stylesheet's colours as the theme resolves them. It gives them as `color` (line), `border-color` (rules),
 * `outline-color` (labels) and `text-decoration-color` (marks).
 */
export function coloursOf(element: HTMLElement): Colours {
  const style = getComputedStyle(element);
  return {
    line: style.color,
    rule: style.borderTopColor,
    soft: style.outlineColor,
    mark: style.textDecorationColor,
  };
}

const FONT = '12px "Inter Variable", system-ui, sans-serif';

/** @param budget bits in all, or null */
export function plotOptions(
  Plot: typeof uPlot,
  line: Line,
  budget: number | null,
  colours: Colours,
  size: { readonly width: number; readonly height: number },
): uPlot.Options {
  const most = Math.max(1, budget ?? 0, ...line.bits);
  const axis = { stroke: colours.soft, font: FONT, ticks: { stroke: colours.rule, size: 4 } };
  return {
    ...size,
    legend: { show: false },
    cursor: { show: false },
    scales: { y: { range: [0, most * 1.08] } },
    axes: [
      { ...axis, grid: { show: false }, space: 72, values: (_, ticks, __, ___, step) => timeLabels(ticks, step) },
      {
        ...axis,
        grid: { stroke: colours.rule, width: 1 },
        size: 52,
        values: (_, ticks) => ticks.map((tick) => formatted(tick, { maximumFractionDigits: 2 })),
      },
    ],
    series: [
      {},
      {
        stroke: colours.line,
        width: 2,
        points: { show: false },
        ...(Plot.paths.stepped === undefined ? {} : { paths: Plot.paths.stepped({ align: 1 }) }),
      },
    ],
    hooks: {
      draw: [
        (plot) => {
          for (const at of line.resets) {
            const x = plot.valToPos(at, "x", true);
            rule(plot, colours.mark, x, plot.bbox.top, x, plot.bbox.top + plot.bbox.height);
          }
          if (budget === null) return;
          const y = plot.valToPos(budget, "y", true);
          rule(plot, colours.line, plot.bbox.left, y, plot.bbox.left + plot.bbox.width, y);
        },
      ],
    },
  };
}

const clock = { hour: "2-digit", minute: "2-digit", hour12: false } as const;
const seconds = { ...clock, second: "2-digit" } as const;
const date = { day: "numeric", month: "short" } as const;

/** Times of day, and the date where a day begins. `ticks` and `step` in seconds. */
export function timeLabels(ticks: readonly number[], step: number): string[] {
  return ticks.map((tick) => {
    const at = new Date(1000 * tick);
    if (step >= 86_400 || at.getHours() + at.getMinutes() + at.getSeconds() === 0) return dated(at, date);
    return dated(at, step < 60 ? seconds : clock);
  });
}

function rule({ ctx }: uPlot, colour: string, x0: number, y0: number, x1: number, y1: number): void {
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([5 * devicePixelRatio, 4 * devicePixelRatio]);
  ctx.beginPath();
  ctx.moveTo(x0, y0);
  ctx.lineTo(x1, y1);
  ctx.stroke();
  ctx.restore();
}
