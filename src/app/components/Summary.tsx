import { useEffect, useRef, useState, type MouseEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { title } from "../wording.ts";

interface Props {
  /** Name of the preset and the meter's sentence; null while there is nothing to count with. */
  readonly shown: { readonly preset: string; readonly text: string } | null;
  readonly bar: ReactNode;
  /** The whole meter. */
  readonly panel: ReactNode;
}

/** On a narrow page the meter is one line that stays in sight, and a sheet behind it. */
export function Summary({ shown, bar, panel }: Props) {
  const { t } = useTranslation("meter");
  const [open, setOpen] = useState(false);
  if (shown === null)
    return (
      <aside className="summary" aria-label={t("privacyMeter")}>
        <p className="summary-waiting">{t("waitingShort")}</p>
      </aside>
    );
  return (
    <>
      <aside className="summary" aria-label={t("privacyMeter")}>
        <button type="button" className="summary-button" aria-haspopup="dialog" onClick={() => setOpen(true)}>
          <span className="summary-preset">{title(shown.preset)}</span>
          <span className="summary-text">{shown.text}</span>
          <svg viewBox="0 0 16 16" aria-hidden="true" focusable="false">
            <path d="m4 6 4 4 4-4" />
          </svg>
        </button>
        {/* One meter at a time: the sheet has its own. */}
        {!open && bar}
      </aside>
      {open && <Sheet onClose={() => setOpen(false)}>{panel}</Sheet>}
    </>
  );
}

/** A click on the backdrop has the dialog itself as its target. */
function closeOutside(event: MouseEvent<HTMLDialogElement>): void {
  if (event.target === event.currentTarget) event.currentTarget.close();
}

function Sheet({ children, onClose }: { readonly children: ReactNode; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (dialog.current?.open === false) dialog.current.showModal();
  }, []);
  return (
    <dialog ref={dialog} className="sheet" aria-labelledby="meter-title" onClose={onClose} onClick={closeOutside}>
      <div className="sheet-scroll">
        {children}
        <form method="dialog">
          <button className="button sheet-close">{t("close")}</button>
        </form>
      </div>
    </dialog>
  );
}
