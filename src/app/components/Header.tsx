import { useTranslation } from "react-i18next";
import { chooseTheme, useTheme } from "../theme.ts";
import { Wordmark } from "./Wordmark.tsx";

interface Props {
  /** Null where there are none. */
  readonly onConversations: (() => void) | null;
  readonly onMenu: () => void;
}

export function Header({ onConversations, onMenu }: Props) {
  const { t } = useTranslation(["conversations", "commands"]);
  return (
    <header className="header">
      <Wordmark />
      <div className="header-tools">
        {onConversations !== null && (
          <button type="button" className="button button-quiet" aria-haspopup="dialog" onClick={onConversations}>
            {t("open")}
          </button>
        )}
        <ThemeToggle />
        <button
          type="button"
          className="icon-button"
          aria-haspopup="dialog"
          aria-label={t("commands:menu")}
          aria-keyshortcuts="Control+K Meta+K"
          onClick={onMenu}
        >
          <svg viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path d="M4 7h16M4 12h16M4 17h16" />
          </svg>
        </button>
      </div>
    </header>
  );
}

function ThemeToggle() {
  const { t } = useTranslation();
  const dark = useTheme() === "dark";
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={t("darkTheme")}
      aria-pressed={dark}
      onClick={() => chooseTheme(dark ? "light" : "dark")}
    >
      <svg viewBox="0 0 24 24" aria-hidden="true" focusable="false">
        {dark ? (
          <path d="M12 4.5v-2M12 21.5v-2M4.5 12h-2M21.5 12h-2M6.7 6.7 5.3 5.3M18.7 18.7l-1.4-1.4M6.7 17.3l-1.4 1.4M18.7 5.3l-1.4 1.4M16 12a4 4 0 1 1-8 0 4 4 0 0 1 8 0Z" />
        ) : (
          <path d="M20 14.2A8.2 8.2 0 0 1 9.8 4a8.2 8.2 0 1 0 10.2 10.2Z" />
        )}
      </svg>
    </button>
  );
}
