import { useEffect, useRef, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { LedgerNotice } from "../app/components/LedgerNotice.tsx";
import { Notice } from "../app/components/Notice.tsx";
import type { Engine } from "../app/engine.ts";
import type { Failure } from "../app/failure.ts";
import type { useLedger } from "../app/hooks/useLedger.ts";
import { apart } from "../app/wording.ts";
import type { EngineInfo } from "../sdk/types.ts";
import type { Link } from "./link.ts";
import { OfferedPrompt, ShareReply } from "./Questions.tsx";
import { lacking, toldCode } from "./told.ts";
import { useHeight } from "./useHeight.ts";
import { useLinked } from "./useLinked.ts";
import { useLook } from "./useLook.ts";

interface Props {
  readonly link: Link;
  /** Whether another page holds this one. */
  readonly within: boolean;
  readonly online: boolean;
  readonly ledger: ReturnType<typeof useLedger>;
  readonly engine: Engine<{ readonly engine: EngineInfo }>;
  /** Of the last message. */
  readonly failure: Failure | null;
  /** Changes with what the page is told anyway: the frame then says anew how high it would like to be. */
  readonly stage: string;
  /** Something is written, which a taken offer would replace. */
  readonly written: boolean;
  /** What could be shared, once it is there. */
  readonly reply: { readonly key: string; readonly text: string } | null;
  /** For those who hear the page. */
  readonly status: string;
  /** What the page is told of a message. */
  readonly isTold: (host: string) => string;
  /** What there is on the server's own page alone. */
  readonly onOwnPage: string;
  readonly onUse: (prompt: string) => void;
  readonly onEscape: () => void;
  readonly children: ReactNode;
}

/** What is around the message in every frame: offers, sharing, what the page is told, and what is lacking here. */
export function Frame(props: Props) {
  const { t, i18n } = useTranslation(["widget", "common"]);
  const { link, within, online, ledger, engine, reply } = props;
  const { host, permissions, theme, locale } = useLinked(link);
  useLook(theme, locale);
  const { offer } = permissions;

  const failure = engine.status === "failed" ? engine.failure : props.failure;
  useEffect(() => {
    if (failure !== null) host?.tell({ type: "error", code: toldCode(failure) });
  }, [host, failure]);

  const box = useRef<HTMLElement>(null);
  const stage = [engine.status, offer?.id, reply?.key, permissions.shared, failure?.code, online, ledger.view.status];
  useHeight(host, box, [...stage, props.stage, i18n.language].join(" "));

  const use = (prompt: string, id: number) => {
    props.onUse(prompt);
    link.answer({ type: "accepted", offer: id });
    document.getElementById("text")?.focus();
  };
  const backend = engine.status === "ready" ? engine.client.engine.backend : null;
  const isolated = backend !== "wasm" || window.crossOriginIsolated;
  return (
    <main
      ref={box}
      className="widget"
      onKeyDown={(event) => {
        if (event.key === "Escape" && !event.nativeEvent.isComposing) props.onEscape();
      }}
    >
      <h1 className="visually-hidden">{t("title")}</h1>
      {!online && <Notice>{t("common:offline")}</Notice>}
      {ledger.view.status === "failed" && <LedgerNotice failure={ledger.view.failure} onRetry={ledger.reread} />}
      {offer !== null && host !== null && (
        <OfferedPrompt
          offer={offer}
          host={host.origin}
          written={props.written}
          onUse={() => use(offer.prompt, offer.id)}
          onDecline={() => link.answer({ type: "declined", offer: offer.id })}
        />
      )}
      <div className="paper">
        {props.children}
        {reply !== null && host !== null && (
          <ShareReply
            key={reply.key}
            name={reply.key}
            host={host.origin}
            shared={permissions.shared === reply.key}
            onShare={() => {
              host.tell({ type: "reply", text: reply.text });
              link.answer({ type: "shared", reply: reply.key });
            }}
          />
        )}
      </div>
      <p className="visually-hidden" role="status">
        {props.status}
      </p>
      <ul className="widget-notes">
        {host !== null && <li>{props.isTold(apart(host.origin))}</li>}
        {lacking(isolated, within, props.onOwnPage).map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
    </main>
  );
}
