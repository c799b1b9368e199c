import type { KeyboardEvent, ReactNode } from "react";
import { useTranslation } from "react-i18next";

interface Props {
  /** False: a picture of the page, not yet to be used. */
  readonly hydrated: boolean;
  readonly onEscape: () => void;
  /** Look at what could be read, before sending. */
  readonly onLook: () => void;
  readonly header: ReactNode;
  /** The meter in one line, on a narrow page. */
  readonly summary: ReactNode;
  readonly title: string;
  readonly intro: string;
  /** Beside what is written: what it gives away. */
  readonly panel: ReactNode;
  /** Below everything, and over it. */
  readonly after: ReactNode;
  readonly children: ReactNode;
}

/** The frame of the page, whatever its bundle does. */
export function Page(props: Props) {
  const { t } = useTranslation();
  const { hydrated, onEscape, onLook } = props;
  const keyed = (event: KeyboardEvent) => {
    // Escape also closes a sheet, and ends a composition of an input method: neither is meant for the reply.
    const elsewhere = event.nativeEvent.isComposing || (event.target as Element).closest("dialog") !== null;
    if (elsewhere) return;
    if (event.key === "Escape") onEscape();
    // Ctrl+Enter sends; with Shift it looks first.
    if (event.key === "Enter" && event.shiftKey && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      onLook();
    }
  };
  return (
    // Drawn for every width, and not yet to be used: styles/prerendered.css.
    <div className="page" data-prerendered={hydrated ? undefined : ""} inert={!hydrated} onKeyDown={keyed}>
      {props.header}
      {props.summary}
      <main className="columns">
        <div className="hero">
          <h1>{props.title}</h1>
          <p>{props.intro}</p>
        </div>
        <div className="conversation">{props.children}</div>
        <aside className="panel" aria-label={t("privacy")}>
          {props.panel}
        </aside>
      </main>
      {props.after}
    </div>
  );
}
