import { useEffect, useRef, type ReactNode, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";
import { t } from "../i18n/i18n.ts";
import type { Draft } from "../marks.ts";
import type { EngineInfo } from "../../sdk/types.ts";
import type { Engine } from "../engine.ts";
import { about, counted, tokens as countOf } from "../wording.ts";
import { EngineStatus } from "./EngineStatus.tsx";
import { Field, type Released } from "./Field.tsx";
import type { Selection } from "./Marking.tsx";

interface Props {
  /** What is written here; a text unless told. */
  readonly label?: string;
  readonly placeholder?: string;
  /** The page is not ready for a word yet. */
  readonly readOnly?: boolean;
  readonly engine: Engine<{ readonly engine: EngineInfo }>;
  readonly draft: Draft;
  /** Something is on its way. */
  readonly busy: boolean;
  readonly released: Released | null;
  /** Names, in the bundle's order. */
  readonly presets: readonly string[];
  /** Grows with every reply that was taken into the draft: the caret then goes to its end. */
  readonly wentOn: number;
  /** Null while they have not been counted. */
  readonly tokens: number | null;
  readonly limit: number | null;
  /** Why Send does nothing, or null. */
  readonly blocked: string | null;
  /** What to know before sending, or null. */
  readonly advice: string | null;
  readonly onDraft: (text: string, caret: number) => void;
  readonly onMark: (selection: Selection, treatment: string | null) => void;
  readonly onSend: () => void;
  /** What stands between the text and Send: the presets, or what is still loading. */
  readonly children: ReactNode;
}

/** Where a person writes, chooses how quietly to speak, and sends. */
export function Composer(props: Props) {
  useTranslation();
  const {
    readOnly = false,
    engine,
    draft,
    busy,
    released,
    presets,
    wentOn,
    tokens,
    limit,
    blocked,
    advice,
    children,
  } = props;
  const { label, placeholder, onDraft, onMark, onSend } = props;
  const field = useRef<HTMLTextAreaElement>(null);

  useEffect(() => {
    const text = field.current;
    if (wentOn === 0 || text === null) return;
    text.focus();
    text.setSelectionRange(text.value.length, text.value.length);
    text.scrollTop = text.scrollHeight;
  }, [wentOn]);

  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (blocked === null) onSend();
  };
  const clear = () => {
    onDraft("", 0);
    field.current?.focus();
  };

  return (
    <form className="composer" onSubmit={submit}>
      <div className="composer-head">
        <label className="small-title" htmlFor="text">
          {label ?? t("composer:yourText")}
        </label>
        <EngineStatus engine={engine} />
      </div>
      <Field {...{ readOnly, field, draft, released, presets, placeholder, onDraft, onMark }} />
      {children}
      <div className="send-bar">
        <p className="send-why" id="send-why">
          {blocked ?? advice}
        </p>
        <p
          className="token-count"
          data-over={tokens !== null && limit !== null && tokens > limit}
          data-testid="token-count"
        >
          {tokens !== null && limit !== null && tokenCount(tokens, limit)}
        </p>
        {draft.text !== "" && !busy && (
          <button type="button" className="button button-quiet" onClick={clear}>
            {t("composer:clear")}
          </button>
        )}
        {/* Nothing ever takes the place of Send: a click that was meant for something else would cost a release. */}
        <button
          type="submit"
          className="button button-send"
          aria-disabled={blocked !== null}
          aria-describedby="send-why"
          aria-keyshortcuts="Control+Enter Meta+Enter"
        >
          {t("composer:send")}
        </button>
      </div>
    </form>
  );
}

/** The limit is named once it comes near. */
function tokenCount(tokens: number, limit: number): string {
  return tokens > 0.7 * limit ? t("composer:tokensOf", { ...counted(limit), tokens: about(tokens) }) : countOf(tokens);
}
