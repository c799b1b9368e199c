import { useRef, type ReactNode } from "react";
import { Trans, useTranslation } from "react-i18next";
import { useCustomProperty } from "../hooks/useCustomProperty.ts";
import { t } from "../i18n/i18n.ts";
import type { Costs } from "../privacy.ts";
import { about, atMost, counted } from "../wording.ts";

/** The meter's bar alone: bits of this message, at most, of the most it could hold. */
export function BitsMeter({ costs }: { costs: Costs }) {
  return <MeterBar bits={costs.message?.bits ?? 0} most={Math.round(costs.messageSize)} text={meterText(costs)} />;
}

interface BarProps {
  /** At most. */
  readonly bits: number;
  /** The whole length of the bar. */
  readonly most: number;
  readonly text: string;
}

export function MeterBar({ bits, most, text }: BarProps) {
  useTranslation();
  const bar = useRef<HTMLDivElement>(null);
  const whole = Math.max(1, most);
  useCustomProperty(bar, "--share", String(Math.min(1, bits / whole)));
  return (
    <div
      ref={bar}
      className="bar meter"
      role="meter"
      aria-label={t("meter:bitsOfMessage")}
      aria-valuemin={0}
      aria-valuemax={whole}
      aria-valuenow={Math.min(Math.ceil(bits * 10) / 10, whole)}
      aria-valuetext={text}
    />
  );
}

/** What a place on the bar means. `at` is a share of it. */
export function MeterMark({ at, children }: { readonly at: number; readonly children: ReactNode }) {
  const mark = useRef<HTMLParagraphElement>(null);
  useCustomProperty(mark, "--at", String(at));
  return (
    <p ref={mark} className="meter-mark">
      <span className="meter-tick" aria-hidden="true" />
      <span className="meter-tick-text">{children}</span>
    </p>
  );
}

/** "at most 58.4 of about 180 bits" */
export function meterText({ message, messageSize, tooLong, again, open }: Costs): string {
  if (message === null) {
    if (tooLong) return t("meter:tooLong");
    return again + open > 0 ? t("meter:nothingDrawn") : t("meter:nothingWritten");
  }
  return t("meter:bitsOf", { bits: atMost(message.bits), size: about(messageSize) });
}

/** The figure, the bar, and the mark of what English that long really holds. */
export function MeterFigure({ costs, sent }: { costs: Costs; sent: boolean }) {
  useTranslation();
  const { message, messageSize, predictable } = costs;
  return (
    <div className="meter-figure">
      <p className="meter-when">{sent ? t("meter:told") : t("meter:wouldTell")}</p>
      <p className="meter-number">
        {message === null ? (
          <span className="meter-empty">
            {costs.tooLong
              ? t("meter:tooLong")
              : costs.again + costs.open > 0
                ? t("meter:nothingNew")
                : t("meter:nothingYet")}
          </span>
        ) : (
          <Trans
            t={t}
            i18nKey="meter:bitsOfFigure"
            values={{ bits: atMost(message.bits), size: about(messageSize) }}
            components={{
              bound: <span className="meter-bound" />,
              strong: <strong />,
              of: <span className="meter-of" />,
            }}
          />
        )}
      </p>
      <BitsMeter costs={costs} />
      {message !== null && (
        <MeterMark at={messageSize === 0 ? 0 : predictable / messageSize}>
          {t("meter:predictable", { bits: about(predictable) })}
        </MeterMark>
      )}
      {costs.again > 0 && <p className="aside-note">{t("meter:again", counted(costs.again))}</p>}
      {costs.open > 0 && <p className="aside-note">{t("meter:open", counted(costs.open))}</p>}
    </div>
  );
}
