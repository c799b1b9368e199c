import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { apart } from "../app/wording.ts";
import type { Offer } from "./permissions.ts";
import { useArmed } from "./useArmed.ts";

interface OfferProps {
  readonly offer: Offer;
  readonly host: string;
  /** Something is written already, which a taken offer replaces. */
  readonly written: boolean;
  readonly onUse: () => void;
  readonly onDecline: () => void;
}

/** A prompt of the page around the frame: it becomes the draft if the person takes it, and is never sent by itself. */
export function OfferedPrompt({ offer, host, written, onUse, onDecline }: OfferProps) {
  const { t } = useTranslation("widget");
  const box = useRef<HTMLElement>(null);
  const armed = useArmed(box, `offer ${offer.id}`);
  return (
    <section ref={box} className="notice question" aria-labelledby="offer-title">
      <h2 className="small-title" id="offer-title">
        {t("offers", { host: apart(host) })}
      </h2>
      {/* Scrolls when it is long; what scrolls must be reachable by keyboard. */}
      <blockquote className="offered-text" dir="auto" tabIndex={0}>
        {offer.prompt}
      </blockquote>
      <p className="question-answers">
        <button type="button" className="button" aria-disabled={!armed} onClick={() => armed && onUse()}>
          {t("use")}
        </button>
        <button type="button" className="button button-quiet" onClick={onDecline}>
          {t("no")}
        </button>
        {written && <span className="aside-note">{t("replaces")}</span>}
      </p>
    </section>
  );
}

interface ShareProps {
  /** Of the reply. */
  readonly name: string;
  readonly host: string;
  readonly shared: boolean;
  readonly onShare: () => void;
}

/** Whether this reply, and no other, is told to the page around the frame. Not answering is no. */
export function ShareReply({ name, host, shared, onShare }: ShareProps) {
  const { t } = useTranslation("widget");
  const box = useRef<HTMLDivElement>(null);
  const armed = useArmed(box, shared ? null : `share ${name}`);
  return (
    <div ref={box} className="question question-share">
      {shared ? (
        <p role="status">{t("shared", { host: apart(host) })}</p>
      ) : (
        <>
          <p>
            {t("shareQuestion", { host: apart(host) })} <span className="aside-note">{t("mayRepeat")}</span>
          </p>
          <button type="button" className="button" aria-disabled={!armed} onClick={() => armed && onShare()}>
            {t("share")}
          </button>
        </>
      )}
    </div>
  );
}
