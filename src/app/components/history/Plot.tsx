import { useEffect, useMemo, useRef, useState } from "react";
import type { Budget } from "../../../sdk/types.ts";
import { lineOf, type Item } from "../../ledger/timeline.ts";
import { useTheme } from "../../theme.ts";
import { coloursOf, plotOptions } from "./plot-options.ts";

const HEIGHT = 232;

interface Props {
  readonly items: readonly Item[];
  readonly budgets: readonly Budget[];
  readonly now: number;
}

/** Bits over time. The table beside it says the same. The library comes when the first plot does. */
export function Plot({ items, budgets, now }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const theme = useTheme();
  const [missing, setMissing] = useState(false);
  const line = useMemo(() => lineOf(items, now), [items, now]);
  // The line is of all since the last reset: only a budget of the same kind can be compared with it.
  const budget = budgets.find(({ scope, unit }) => scope === "ever" && unit === "bits")?.limit ?? null;

  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    let stop = () => undefined as void;
    let current = true;
    Promise.all([import("uplot"), import("uplot/dist/uPlot.min.css")]).then(
      ([{ default: Plotted }]) => {
        if (!current) return;
        setMissing(false);
        const size = () => ({ width: element.clientWidth, height: HEIGHT });
        const options = plotOptions(Plotted, line, budget, coloursOf(element), size());
        const plot = new Plotted(options, [[...line.times], [...line.bits]], element);
        const observer = new ResizeObserver(() => {
          if (element.clientWidth !== plot.width) plot.setSize(size());
        });
        observer.observe(element);
        stop = () => {
          observer.disconnect();
          plot.destroy();
        };
      },
      () => {
        if (current) setMissing(true);
      },
    );
    return () => {
      current = false;
      stop();
    };
  }, [line, budget, theme]);

  return (
    <figure className="history-plot">
      <div ref={host} className="plot" role="img" aria-label="Bits told over time, as in the table" />
      {missing && <p className="aside-note">The plot could not be loaded. The table says the same.</p>}
      <figcaption className="aside-note">
        Bits told, at most, added up over time.
        {line.resets.length > 0 && " An upright dashed line: a new count began."}
        {budget !== null && " The level dashed line: your budget in all."}
      </figcaption>
    </figure>
  );
}
