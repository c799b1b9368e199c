import { useEffect, useRef, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

interface Props {
  readonly label: string;
  /** What it costs. */
  readonly children: ReactNode;
  readonly yes: string;
  readonly onYes: () => void;
  readonly onNo: () => void;
}

/** Are you sure, and what it costs. Takes the focus when it appears, so that it is read; Escape says no. */
export function Confirm({ label, children, yes, onYes, onNo }: Props) {
  const { t } = useTranslation("common");
  const group = useRef<HTMLDivElement>(null);
  useEffect(() => {
    group.current?.focus();
    group.current?.scrollIntoView({ block: "nearest" });
  }, []);
  return (
    <div
      ref={group}
      className="notice"
      role="group"
      aria-label={label}
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        // This question closes, not the sheet around it.
        event.preventDefault();
        event.stopPropagation();
        onNo();
      }}
    >
      <p>{children}</p>
      <div className="sheet-actions">
        <button type="button" className="button" onClick={onNo}>
          {t("cancel")}
        </button>
        <button type="button" className="button button-stop" onClick={onYes}>
          {yes}
        </button>
      </div>
    </div>
  );
}
