import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Budget } from "../../../sdk/types.ts";
import { lineOf, type Item } from "../../ledger/timeline.ts";
import { useTheme } from "../../theme.ts";
import { sentences } from "../../wording.ts";
import { coloursOf, plotOptions } from "./plot-options.ts";

const HEIGHT = 232;

interface Props {
  readonly items: readonly Item[];
  readonly budgets: readonly Budget[];
  readonly now: number;
}

/** Bits over time. The table beside it says the same. The library comes when the first plot does. */
export function Plot({ items, budgets, now }: Props) {
  const { t, i18n } = useTranslation("ledger");
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
  }, [line, budget, theme, i18n.language]);

  return (
    <figure className="history-plot">
      {/* Time runs from left to right in every language. */}
      <div ref={host} className="plot" dir="ltr" role="img" aria-label={t("plot")} />
      {missing && <p className="aside-note">{t("plotMissing")}</p>}
      <figcaption className="aside-note">
        {sentences(
          t("plotCaption"),
          line.resets.length > 0 ? t("plotResets") : null,
          budget === null ? null : t("plotBudget"),
        )}
      </figcaption>
    </figure>
  );
}
