import { useCallback, useRef, useState, type KeyboardEvent, type ReactNode, type SubmitEvent } from "react";
import { REDUCED_MOTION, useMedia } from "../hooks/useMedia.ts";
import type { Engine, Turn } from "../state.ts";
import { isBusy, releaseOf } from "../state.ts";
import { count } from "../wording.ts";
import { EngineStatus } from "./EngineStatus.tsx";
import { Veil } from "./Veil.tsx";

interface Props {
  readonly engine: Engine;
  readonly draft: string;
  readonly turn: Turn | null;
  /** The draft is what the last release was drawn from. */
  readonly unchanged: boolean;
  /** Null while they have not been counted. */
  readonly tokens: number | null;
  readonly limit: number | null;
  /** Why Send does nothing, or null. */
  readonly blocked: string | null;
  /** What to know before sending, or null. */
  readonly advice: string | null;
  readonly onDraft: (text: string) => void;
  readonly onSend: () => void;
  /** What stands between the text and Send: the presets, or what is still loading. */
  readonly children: ReactNode;
}

/** Where a person writes, chooses how quietly to speak, and sends. */
export function Composer(props: Props) {
  const { engine, draft, turn, unchanged, tokens, limit, blocked, advice, onDraft, onSend, children } = props;
  const busy = isBusy(turn);
  const field = useRef<HTMLTextAreaElement>(null);
  const still = useMedia(REDUCED_MOTION, true);
  const [settled, setSettled] = useState<number | null>(null);
  const release = turn === null ? null : releaseOf(turn);
  const dissolving = release !== null && unchanged && !still && settled !== turn?.id;
  const id = turn?.id ?? null;
  const settle = useCallback(() => setSettled(id), [id]);

  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (blocked === null) onSend();
  };
  const keyed = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.currentTarget.form?.requestSubmit();
  };
  const clear = () => {
    onDraft("");
    field.current?.focus();
  };

  return (
    <form className="composer" onSubmit={submit}>
      <div className="composer-head">
        <label className="small-title" htmlFor="text">
          Your text
        </label>
        <EngineStatus engine={engine} />
      </div>
      <div className={dissolving ? "writing is-veiled" : "writing"} data-text={draft}>
        {/* Spelling services and writing aids of the browser may send what is typed elsewhere: all are off. */}
        <textarea
          ref={field}
          id="text"
          rows={3}
          value={draft}
          placeholder="Once upon a time, …"
          autoComplete="off"
          autoCorrect="off"
          spellCheck={false}
          data-gramm="false"
          aria-describedby="send-why"
          onChange={(event) => onDraft(event.target.value)}
          onKeyDown={keyed}
          {...{ writingsuggestions: "false" }}
        />
        {dissolving && <Veil key={id} text={draft} tokens={release.tokens.length} onDone={settle} />}
      </div>
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
        {draft !== "" && !busy && (
          <button type="button" className="button button-quiet" onClick={clear}>
            Clear
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
          Send
        </button>
      </div>
    </form>
  );
}

/** The limit is named once it comes near. */
function tokenCount(tokens: number, limit: number): string {
  return tokens > 0.7 * limit ? `${tokens} of ${count(limit, "token")}` : count(tokens, "token");
}
