import { useRef, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { bytes } from "../../wording.ts";
import { Confirm } from "./Confirm.tsx";

interface Props {
  readonly title: string;
  /** Said under the title. */
  readonly notes: readonly string[];
  /** Null where it is not known. */
  readonly size: number | null;
  /** What deleting it costs, and the way to do it; without it there is no button. */
  readonly deletion?: { readonly costs: ReactNode; readonly onDelete: () => void };
  readonly children?: ReactNode;
}

/** One thing that is kept here: what, how large, and a way to be rid of it. */
export function Row({ title, notes, size, deletion, children }: Props) {
  const { t } = useTranslation("storage");
  const { t: shared } = useTranslation("common");
  const [asking, setAsking] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const close = () => {
    setAsking(false);
    button.current?.focus();
  };
  return (
    <li className="kept-item">
      <div className="kept-what">
        <span className="kept-title">{title}</span>
        {notes.map((note) => (
          <span key={note} className="aside-note">
            {note}
          </span>
        ))}
      </div>
      <bdi className="number">{size !== null && bytes(size)}</bdi>
      {children}
      {deletion !== undefined && (
        <button
          ref={button}
          type="button"
          className="button button-quiet"
          aria-label={t("deleteItem", { title })}
          aria-expanded={asking}
          onClick={() => setAsking(!asking)}
        >
          {shared("delete")}
        </button>
      )}
      {asking && deletion !== undefined && (
        <Confirm
          label={t("confirmLabel", { title })}
          yes={t("sure", { title })}
          onNo={close}
          onYes={() => {
            setAsking(false);
            deletion.onDelete();
          }}
        >
          {deletion.costs}
        </Confirm>
      )}
    </li>
  );
}
