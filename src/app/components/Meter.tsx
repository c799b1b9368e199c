import { useRef } from "react";
import { Trans, useTranslation } from "react-i18next";
import { useCustomProperty } from "../hooks/useCustomProperty.ts";
import { t } from "../i18n/i18n.ts";
import type { Costs } from "../privacy.ts";
import { about, atMost, counted } from "../wording.ts";

/** The meter's bar alone: bits of this message, at most, of the most it could hold. */
export function BitsMeter({ costs }: { costs: Costs }) {
  useTranslation();
  const bar = useRef<HTMLDivElement>(null);
  const bits = costs.message?.bits ?? 0;
  const share = costs.messageSize === 0 ? 0 : bits / costs.messageSize;
  useCustomProperty(bar, "--share", String(share));
  return (
    <div
      ref={bar}
      className="bar meter"
      role="meter"
      aria-label={t("meter:bitsOfMessage")}
      aria-valuemin={0}
      aria-valuemax={Math.max(1, Math.round(costs.messageSize))}
      aria-valuenow={Math.min(Math.ceil(bits * 10) / 10, Math.max(1, Math.round(costs.messageSize)))}
      aria-valuetext={meterText(costs)}
    />
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
  const mark = useRef<HTMLParagraphElement>(null);
  const { message, messageSize, predictable } = costs;
  useCustomProperty(mark, "--at", String(messageSize === 0 ? 0 : predictable / messageSize));
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
        <p ref={mark} className="meter-mark">
          <span className="meter-tick" aria-hidden="true" />
          <span className="meter-tick-text">{t("meter:predictable", { bits: about(predictable) })}</span>
        </p>
      )}
      {costs.again > 0 && <p className="aside-note">{t("meter:again", counted(costs.again))}</p>}
      {costs.open > 0 && <p className="aside-note">{t("meter:open", counted(costs.open))}</p>}
    </div>
  );
}
