import { useCallback, useEffect, useState, type KeyboardEvent, type RefObject, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";
import { REDUCED_MOTION, useMedia } from "../hooks/useMedia.ts";
import type { Draft } from "../marks.ts";
import { useSettings } from "../settings/store.ts";
import { Highlights, MarksLegend } from "./Highlights.tsx";
import { Marking, type Selection } from "./Marking.tsx";
import { Veil } from "./Veil.tsx";

/** What was drawn from the draft as it stands: of which message, and how many pieces its words dissolve into. */
export interface Released {
  readonly id: number;
  readonly tokens: number;
}

interface Props {
  readonly readOnly: boolean;
  /** The composer's too: it puts the focus there. */
  readonly field: RefObject<HTMLTextAreaElement | null>;
  readonly draft: Draft;
  /** Null where the draft is another text than what was released last. */
  readonly released: Released | null;
  /** Empty until the bundle has said which there are. */
  readonly presets: readonly string[];
  readonly placeholder?: string | undefined;
  readonly onDraft: (text: string, caret: number) => void;
  readonly onMark: (selection: Selection, treatment: string | null) => void;
}

/** The text field, what lies behind its words and over them, and the toolbar for those that are selected. */
export function Field({ readOnly, field, draft, released, presets, placeholder, onDraft, onMark }: Props) {
  const { t } = useTranslation("composer");
  const still = useMedia(REDUCED_MOTION, true);
  const { sendWith } = useSettings();
  const [settled, setSettled] = useState<number | null>(null);
  const [selected, setSelected] = useState<Selection | null>(null);
  const [focused, setFocused] = useState(false);
  const id = released?.id ?? null;
  const dissolving = released !== null && !still && settled !== id;
  const settle = useCallback(() => setSettled(id), [id]);
  // A selection of a text that is no longer there is none.
  const selection = selected !== null && selected.end <= draft.text.length ? selected : null;

  useEffect(() => {
    const text = field.current;
    const read = () => {
      if (text === null || document.activeElement !== text) return;
      const { selectionStart: start, selectionEnd: end } = text;
      setSelected((before) => {
        if (start === end) return null;
        return before?.start === start && before.end === end ? before : { start, end };
      });
    };
    // React's onSelect does not see a selection that the browser collapses by itself.
    document.addEventListener("selectionchange", read);
    return () => document.removeEventListener("selectionchange", read);
  }, [field]);

  const keyed = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    // With Shift it is a new line, or the leak preview's: see App.tsx. An input method's Enter ends what it composes.
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    const held = event.ctrlKey || event.metaKey;
    if (!held && sendWith !== "enter") return;
    event.preventDefault();
    event.currentTarget.form?.requestSubmit();
  };
  const select = ({
    currentTarget: { selectionStart: start, selectionEnd: end },
  }: SyntheticEvent<HTMLTextAreaElement>) => setSelected(start === end ? null : { start, end });

  return (
    <div className="field">
      <div className={dissolving ? "writing is-veiled" : "writing"} data-text={draft.text}>
        {!dissolving && (draft.marks.length > 0 || selection !== null) && (
          <Highlights draft={draft} presets={presets} selection={focused ? null : selection} field={field} />
        )}
        {/* Spelling services and writing aids of the browser may send what is typed elsewhere: all are off. */}
        <textarea
          ref={field}
          id="text"
          rows={3}
          dir="auto"
          value={draft.text}
          readOnly={readOnly}
          placeholder={placeholder ?? t("placeholder")}
          autoComplete="off"
          autoCorrect="off"
          spellCheck={false}
          data-gramm="false"
          aria-describedby="send-why"
          onChange={(event) => {
            setSelected(null);
            onDraft(event.target.value, event.target.selectionStart);
          }}
          onSelect={select}
          onFocus={() => setFocused(true)}
          onBlur={() => setFocused(false)}
          onKeyDown={keyed}
          {...{ writingsuggestions: "false" }}
        />
        {dissolving && <Veil key={id} text={draft.text} tokens={released.tokens} onDone={settle} />}
      </div>
      {presets.length > 0 && draft.text !== "" && (
        <Marking
          draft={draft}
          presets={presets}
          selection={selection}
          onMark={(treatment) => {
            if (selection !== null) onMark(selection, treatment);
            field.current?.focus();
          }}
          onLeave={() => field.current?.focus()}
        />
      )}
      <MarksLegend draft={draft} presets={presets} />
    </div>
  );
}
