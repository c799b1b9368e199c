import { useRef, useState, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import { PUBLIC, type Draft } from "../marks.ts";
import { markable, treatmentName } from "../treatments.ts";

/** UTF-16 offsets; `start < end`. */
export interface Selection {
  readonly start: number;
  readonly end: number;
}

interface Props {
  readonly draft: Draft;
  readonly presets: readonly string[];
  readonly selection: Selection | null;
  readonly onMark: (treatment: string | null) => void;
  /** Back to the field, with nothing changed. */
  readonly onLeave: () => void;
}

/** How the selected words are sent: a toolbar while words are selected, else one line that says that they can be. */
export function Marking({ draft, presets, selection, onMark, onLeave }: Props) {
  const { t, i18n } = useTranslation("composer");
  const rightToLeft = i18n.dir() === "rtl";
  const bar = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState(0);
  if (selection === null) {
    return <p className="marking aside-note">{t("selectWords")}</p>;
  }
  const now = treatmentOf(draft, selection);
  const choices = [
    ...markable(presets).map((name) => ({ treatment: name, name: treatmentName(name) })),
    { treatment: PUBLIC, name: treatmentName(PUBLIC) },
    { treatment: null, name: t("asTheRest") },
  ];
  const current = Math.min(place, choices.length - 1);

  const keyed = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.key === "Escape") {
      // Not meant for a reply that is on its way.
      event.stopPropagation();
      onLeave();
      return;
    }
    const moves: Record<string, number> = {
      [rightToLeft ? "ArrowLeft" : "ArrowRight"]: (current + 1) % choices.length,
      [rightToLeft ? "ArrowRight" : "ArrowLeft"]: (current + choices.length - 1) % choices.length,
      Home: 0,
      End: choices.length - 1,
    };
    const next = moves[event.key];
    if (next === undefined) return;
    event.preventDefault();
    setPlace(next);
    bar.current?.querySelectorAll("button")[next]?.focus();
  };

  return (
    <div ref={bar} className="marking" role="toolbar" aria-label={t("selectedWords")} onKeyDown={keyed}>
      <span className="aside-note" aria-hidden="true">
        {t("selectedWords")}
      </span>
      {choices.map(({ treatment, name }, i) => (
        <button
          key={name}
          type="button"
          className="button button-mark"
          tabIndex={i === current ? 0 : -1}
          aria-pressed={now === treatment}
          onFocus={() => setPlace(i)}
          onClick={() => onMark(treatment)}
        >
          {name}
        </button>
      ))}
    </div>
  );
}

/** The one treatment of all selected words; undefined where there are several. */
function treatmentOf({ marks }: Draft, { start, end }: Selection): string | null | undefined {
  const touched = marks.filter((mark) => mark.start < end && mark.end > start);
  if (touched.length === 0) return null;
  const [{ treatment }] = touched as [(typeof touched)[number]];
  const covered = touched.reduce((sum, mark) => sum + Math.min(mark.end, end) - Math.max(mark.start, start), 0);
  return covered === end - start && touched.every((mark) => mark.treatment === treatment) ? treatment : undefined;
}
