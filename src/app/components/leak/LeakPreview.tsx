import { useRef } from "react";
import type { Preview } from "../../hooks/usePreview.ts";
import { nextStronger } from "../../leak/stronger.ts";
import { title } from "../../wording.ts";
import type { Manifest } from "../../../sdk/types.ts";
import type { Message } from "../../state.ts";
import { Result } from "./Result.tsx";
import { leakAnnouncement, Run } from "./Run.tsx";

interface Props {
  readonly manifest: Manifest;
  readonly message: Message;
  readonly preview: Preview;
  /** The draft is what the last release was drawn from. */
  readonly unchanged: boolean;
  /** Some of its tokens go again as they were. */
  readonly again: boolean;
  /** Why Send does nothing, or null. */
  readonly blocked: string | null;
  readonly onSend: (preset: string) => void;
  readonly onEdit: () => void;
}

/** Before sending: the message as the server could best read it, and what to do then. */
export function LeakPreview(props: Props) {
  const { manifest, message, preview } = props;
  const { state, stale, always } = preview;
  const ask = useRef<HTMLButtonElement>(null);
  const empty = message.text.trim() === "";
  const open = state.status !== "closed" && !empty;
  const shown = empty ? null : state.shown;
  const preset = shown === null ? message.preset : shown.of.preset;

  const leaveFor = (then: () => void) => {
    // The button that was pressed is gone: on to one that costs nothing when it is pressed again.
    ask.current?.focus();
    then();
  };

  return (
    <section className="leak" aria-label="Leak preview">
      <div className="leak-ask">
        <button
          ref={ask}
          type="button"
          className="button leak-button"
          aria-disabled={empty}
          aria-describedby="leak-why"
          aria-keyshortcuts="Control+Shift+Enter Meta+Shift+Enter"
          onClick={() => !empty && preview.look()}
        >
          What could the server read?
        </button>
        <label className="leak-always">
          <input
            type="checkbox"
            checked={always}
            onChange={(event) => preview.setAlways(event.currentTarget.checked)}
          />
          Always preview
        </label>
      </div>
      <p className="aside-note" id="leak-why">
        {empty
          ? "Write something, and see here what the server could make of it."
          : "Noise is drawn for your message here, eight times over, and read as the server could read it. Nothing is sent."}
      </p>
      {open && (
        <div className="leak-body">
          <h2 className="panel-title" id="leak-title">
            What the server could read <span className="panel-preset">{title(preset)}</span>
          </h2>
          <Run state={state} onStop={() => leaveFor(preview.stop)} onAgain={() => leaveFor(preview.look)} />
          {stale && state.status !== "running" && (
            <p className="leak-renew">
              The message has changed since.{" "}
              <button type="button" className="button" onClick={() => leaveFor(preview.look)}>
                Look again
              </button>
            </p>
          )}
          {shown !== null && (
            <Result
              manifest={manifest}
              of={shown.of}
              reading={shown.reading}
              stale={stale}
              finished={state.status === "done"}
            />
          )}
          {shown !== null && <Actions {...props} onClose={() => leaveFor(preview.close)} leaveFor={leaveFor} />}
        </div>
      )}
      <p className="visually-hidden" role="status">
        {empty ? "" : leakAnnouncement(state)}
      </p>
    </section>
  );
}

interface ActionProps extends Props {
  readonly onClose: () => void;
  readonly leaveFor: (then: () => void) => void;
}

/** Send, send more quietly, or edit. */
function Actions({ manifest, message, unchanged, again, blocked, onSend, onEdit, onClose, leaveFor }: ActionProps) {
  const stronger = nextStronger(manifest, message.preset);
  const sendAt = (preset: string) => {
    if (blocked === null) leaveFor(() => onSend(preset));
  };
  return (
    <div className="leak-actions">
      <div className="reply-actions" role="group" aria-label="And now">
        <button
          type="button"
          className="button button-send"
          aria-disabled={blocked !== null}
          aria-describedby="leak-afresh"
          onClick={() => sendAt(message.preset)}
        >
          Send with {title(message.preset)}
        </button>
        {stronger !== null && (
          <button
            type="button"
            className="button"
            aria-disabled={blocked !== null}
            aria-describedby="leak-afresh"
            onClick={() => sendAt(stronger)}
          >
            Send with {title(stronger)}
          </button>
        )}
        <button type="button" className="button" onClick={onEdit}>
          Edit
        </button>
        <button type="button" className="button button-quiet" onClick={onClose}>
          Close
        </button>
      </div>
      <p className="aside-note" id="leak-afresh">
        {blocked !== null && `${blocked} `}
        {afresh(unchanged, again)}
      </p>
    </div>
  );
}

function afresh(unchanged: boolean, again: boolean): string {
  if (unchanged) return "This text was sent already: the same levels go again. What could be read of those is below.";
  if (again) {
    return "What is sent gets noise of its own, but for the words that go again as they were. The tries above are never sent.";
  }
  return "What is sent gets noise of its own. The tries above are never sent, so what is read then may differ.";
}
