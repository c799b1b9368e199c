import { useEffect, useRef, useState, type MouseEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Spending } from "../state.ts";
import { title } from "../wording.ts";
import { BitsMeter, meterText } from "./Meter.tsx";
import { MeterPanel, type Priced } from "./Panel.tsx";

interface Props {
  readonly priced: Priced | null;
  readonly spent: Spending;
  readonly since: ReactNode;
}

/** On a narrow page the meter is one line that stays in sight, and a sheet behind it. */
export function Summary({ priced, spent, since }: Props) {
  const { t } = useTranslation("meter");
  const [open, setOpen] = useState(false);
  if (priced === null)
    return (
      <aside className="summary" aria-label={t("privacyMeter")}>
        <p className="summary-waiting">{t("waitingShort")}</p>
      </aside>
    );
  return (
    <>
      <aside className="summary" aria-label={t("privacyMeter")}>
        <button type="button" className="summary-button" aria-haspopup="dialog" onClick={() => setOpen(true)}>
          <span className="summary-preset">{title(priced.preset.name)}</span>
          <span className="summary-text">{meterText(priced.costs)}</span>
          <svg viewBox="0 0 16 16" aria-hidden="true" focusable="false">
            <path d="m4 6 4 4 4-4" />
          </svg>
        </button>
        {/* One meter at a time: the sheet has its own. */}
        {!open && <BitsMeter costs={priced.costs} />}
      </aside>
      {open && <Sheet priced={priced} spent={spent} since={since} onClose={() => setOpen(false)} />}
    </>
  );
}

/** A click on the backdrop has the dialog itself as its target. */
function closeOutside(event: MouseEvent<HTMLDialogElement>): void {
  if (event.target === event.currentTarget) event.currentTarget.close();
}

function Sheet({ priced, spent, since, onClose }: Props & { priced: Priced; onClose: () => void }) {
  const { t } = useTranslation();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (dialog.current?.open === false) dialog.current.showModal();
  }, []);
  return (
    <dialog ref={dialog} className="sheet" aria-labelledby="meter-title" onClose={onClose} onClick={closeOutside}>
      <div className="sheet-scroll">
        <MeterPanel priced={priced} spent={spent} since={since} />
        <form method="dialog">
          <button className="button sheet-close">{t("close")}</button>
        </form>
      </div>
    </dialog>
  );
}
