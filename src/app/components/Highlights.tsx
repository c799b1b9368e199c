import { useLayoutEffect, useRef, type RefObject } from "react";
import { useTranslation } from "react-i18next";
import { PUBLIC, type Draft } from "../marks.ts";
import { treatmentClass, treatmentName } from "../treatments.ts";
import { sentences } from "../wording.ts";
import type { Selection } from "./Marking.tsx";

interface Props {
  readonly draft: Draft;
  readonly presets: readonly string[];
  /** Drawn while the field is not focused: it then shows no selection of its own. */
  readonly selection: Selection | null;
  /** The field that this lies behind, and scrolls with. */
  readonly field: RefObject<HTMLTextAreaElement | null>;
}

/** The marks of the draft, as colours and underlines exactly behind its words. The words themselves are the field's. */
export function Highlights({ draft, presets, selection, field }: Props) {
  const layer = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const text = field.current;
    const follow = () => {
      if (layer.current !== null && text !== null) layer.current.scrollTop = text.scrollTop;
    };
    follow();
    text?.addEventListener("scroll", follow);
    return () => text?.removeEventListener("scroll", follow);
  });

  const cuts = [0, ...draft.marks.flatMap(({ start, end }) => [start, end]), draft.text.length];
  const edges = [...new Set([...cuts, ...(selection === null ? [] : [selection.start, selection.end])])].sort(
    (a, b) => a - b,
  );
  return (
    <div ref={layer} className="highlights" dir="auto" aria-hidden="true">
      {edges.slice(0, -1).map((from, i) => {
        const to = edges[i + 1];
        const treatment = draft.marks.find(({ start, end }) => start <= from && from < end)?.treatment;
        const chosen = selection !== null && from >= selection.start && from < selection.end;
        const names = [
          treatment === undefined ? "" : `treated ${treatmentClass(treatment, presets)}`,
          chosen ? "is-chosen" : "",
        ];
        return (
          <span key={from} className={names.join(" ").trim()}>
            {draft.text.slice(from, to)}
          </span>
        );
      })}{" "}
    </div>
  );
}

/** What the highlights mean, once there are any. */
export function MarksLegend({ draft, presets }: Pick<Props, "draft" | "presets">) {
  const { t } = useTranslation("composer");
  const used = [...new Set(draft.marks.map(({ treatment }) => treatment))];
  if (used.length === 0) return null;
  return (
    <div className="marks-legend">
      <ul aria-label={t("markedWords")}>
        {used.map((treatment) => (
          <li key={treatment}>
            <span className={`treated ${treatmentClass(treatment, presets)}`}>{treatmentName(treatment)}</span>
          </li>
        ))}
      </ul>
      <p>{sentences(used.includes(PUBLIC) ? t("publicGo") : null, t("positionsSeen"))}</p>
    </div>
  );
}
