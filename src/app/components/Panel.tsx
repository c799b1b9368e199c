import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Manifest, Preset } from "../../sdk/types.ts";
import type { Costs } from "../privacy.ts";
import type { Spending } from "../state.ts";
import { title } from "../wording.ts";
import { CostTable, DrawnLine } from "./Costs.tsx";
import { Explained, WhatItMakesOfIt } from "./Explained.tsx";
import { MeterFigure } from "./Meter.tsx";

export interface Priced {
  readonly manifest: Manifest;
  readonly preset: Preset;
  readonly costs: Costs;
  /** The costs are of what was sent, not of what would be. */
  readonly sent: boolean;
}

interface Props {
  readonly priced: Priced | null;
  readonly spent: Spending;
  /** The third level: everything since. */
  readonly since: ReactNode;
}

/** The privacy meter: bits, epsilon and recovery together, and what they mean. */
export function MeterPanel({ priced, spent, since }: Props) {
  const { t } = useTranslation("meter");
  if (priced === null) return <MeterWaiting>{t("waiting")}</MeterWaiting>;
  const { manifest, preset, costs, sent } = priced;
  return (
    <section className="panel-section" aria-labelledby="meter-title">
      <h2 className="panel-title" id="meter-title">
        {t("title")} <span className="panel-preset">{title(preset.name)}</span>
      </h2>
      <MeterFigure costs={costs} sent={sent} />
      <CostTable costs={costs} />
      <DrawnLine {...spent} />
      {since}
      <Explained manifest={manifest} preset={preset} costs={costs} />
      <WhatItMakesOfIt manifest={manifest} preset={preset} />
    </section>
  );
}

/** Before there is a bundle whose noise could be counted. */
export function MeterWaiting({ children }: { readonly children: ReactNode }) {
  const { t } = useTranslation("meter");
  return (
    <section className="panel-section" aria-labelledby="meter-title">
      <h2 className="panel-title" id="meter-title">
        {t("title")}
      </h2>
      <p className="aside-note">{children}</p>
    </section>
  );
}
