import { useRef } from "react";
import { useCustomProperty } from "../hooks/useCustomProperty.ts";
import type { Costs } from "../privacy.ts";
import { about, atMost, count } from "../wording.ts";

/** The meter's bar alone: bits of this message, at most, of the most it could hold. */
export function BitsMeter({ costs }: { costs: Costs }) {
  const bar = useRef<HTMLDivElement>(null);
  const bits = costs.message?.bits ?? 0;
  const share = costs.messageSize === 0 ? 0 : bits / costs.messageSize;
  useCustomProperty(bar, "--share", String(share));
  return (
    <div
      ref={bar}
      className="bar meter"
      role="meter"
      aria-label="Bits this message"
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
    if (tooLong) return "too long to be sent";
    return again + open > 0 ? "nothing new is drawn" : "nothing written yet";
  }
  return `at most ${atMost(message.bits)} of about ${about(messageSize)} bits`;
}

/** The figure, the bar, and the mark of what English that long really holds. */
export function MeterFigure({ costs, sent }: { costs: Costs; sent: boolean }) {
  const mark = useRef<HTMLParagraphElement>(null);
  const { message, messageSize, predictable } = costs;
  useCustomProperty(mark, "--at", String(messageSize === 0 ? 0 : predictable / messageSize));
  return (
    <div className="meter-figure">
      <p className="meter-when">{sent ? "This message told the server" : "This message would tell the server"}</p>
      <p className="meter-number">
        {message === null ? (
          <span className="meter-empty">
            {costs.tooLong ? "too long to be sent" : costs.again + costs.open > 0 ? "nothing new" : "nothing yet"}
          </span>
        ) : (
          <>
            <span className="meter-bound">at most</span> <strong>{atMost(message.bits)}</strong>{" "}
            <span className="meter-of">of about {about(messageSize)} bits</span>
          </>
        )}
      </p>
      <BitsMeter costs={costs} />
      {message !== null && (
        <p ref={mark} className="meter-mark">
          <span className="meter-tick" aria-hidden="true" />
          <span className="meter-tick-text">
            English this long holds about {about(predictable)} bits for a reader who predicts it as well as this
            bundle’s model.
          </span>
        </p>
      )}
      {costs.again > 0 && (
        <p className="aside-note">
          {count(costs.again, "token")} {costs.again === 1 ? "goes" : "go"} again as{" "}
          {costs.again === 1 ? "it was" : "they were"}, at no cost.
        </p>
      )}
      {costs.open > 0 && (
        <p className="aside-note">
          {count(costs.open, "token")} in the clear: the server reads {costs.open === 1 ? "it" : "them"}.
        </p>
      )}
    </div>
  );
}
