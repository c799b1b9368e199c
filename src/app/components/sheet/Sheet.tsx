import { useEffect, useId, useRef, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

interface Props {
  readonly title: string;
  /** One class more, for what is particular to this sheet. */
  readonly className?: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** A sheet over the page: titled, closed by Escape, by its button and by a click beside it; the focus goes back to where it was. */
export function Sheet({ title, className = "", onClose, children }: Props) {
  const { t } = useTranslation("common");
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  const opener = useRef<Element | null>(null);

  useEffect(() => {
    const sheet = dialog.current;
    if (sheet?.open === false) {
      opener.current = document.activeElement;
      sheet.showModal();
    }
    return () => {
      // A dialog that closes gives the focus back by itself; one that is taken away does not.
      const lost = document.activeElement === null || document.activeElement === document.body;
      if (lost && opener.current instanceof HTMLElement && opener.current.isConnected) opener.current.focus();
    };
  }, []);

  return (
    <dialog
      ref={dialog}
      className={`sheet sheet-page ${className}`.trim()}
      aria-labelledby={id}
      onClose={(event) => event.target === event.currentTarget && onClose()}
      // A click on the backdrop has the dialog itself as its target.
      onClick={(event) => event.target === event.currentTarget && event.currentTarget.close()}
    >
      <div className="sheet-body">
        <header className="sheet-head">
          <h2 id={id}>{title}</h2>
          <form method="dialog">
            <button className="button">{t("close")}</button>
          </form>
        </header>
        {children}
      </div>
    </dialog>
  );
}

/** A part of a sheet, with a title of its own. */
export function SheetSection({
  title,
  note,
  children,
}: {
  readonly title: string;
  readonly note?: ReactNode;
  readonly children?: ReactNode;
}) {
  const id = useId();
  return (
    <section className="sheet-section" aria-labelledby={id}>
      <h3 id={id}>{title}</h3>
      {note !== undefined && <p className="aside-note">{note}</p>}
      {children}
    </section>
  );
}
