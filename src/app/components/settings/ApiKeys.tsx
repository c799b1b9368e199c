import { useId, useState, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";
import { settings, useHeld } from "../../settings/store.ts";

/** A key for a server: what is in use, a field for another one, and whether to keep it. */
export function ApiKeyForm({ server, onSaved }: { readonly server: string; readonly onSaved?: () => void }) {
  const { t } = useTranslation("settings");
  const id = useId();
  const { apiKeys } = useHeld();
  const held = apiKeys[new URL(server).origin];
  const [typed, setTyped] = useState("");
  const [keep, setKeep] = useState(held?.kept ?? false);
  const [gone, setGone] = useState(false);

  const save = (event: SubmitEvent) => {
    event.preventDefault();
    const key = typed.trim();
    if (key === "") return;
    settings.setApiKey(server, key, keep);
    setTyped("");
    setGone(false);
    onSaved?.();
  };
  const forget = () => {
    settings.setApiKey(server, null, false);
    setGone(true);
    // The button that had the focus goes.
    document.getElementById(id)?.focus();
  };

  return (
    <form className="api-key" onSubmit={save}>
      <div className="sheet-field">
        <label className="small-title" htmlFor={id}>
          {t("apiKeyFor", { server: new URL(server).host, interpolation: { escapeValue: false } })}
        </label>
        <input
          id={id}
          // Not one of the passwords a browser offers to keep: the page has its own question for that.
          type="password"
          autoComplete="off"
          spellCheck={false}
          value={typed}
          aria-describedby={`${id}-now`}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
      </div>
      <label className="sheet-check">
        <input type="checkbox" checked={keep} onChange={(event) => setKeep(event.currentTarget.checked)} />
        <span>
          {t("apiKeyKeep")} <span className="aside-note">{t("apiKeyKeepNote")}</span>
        </span>
      </label>
      <div className="sheet-actions">
        <button className="button" aria-disabled={typed.trim() === ""}>
          {t("apiKeySave")}
        </button>
        {held !== undefined && (
          <button type="button" className="button button-quiet" onClick={forget}>
            {t("apiKeyRemove")}
          </button>
        )}
      </div>
      <p className="aside-note" id={`${id}-now`} role="status">
        {held !== undefined ? t(held.kept ? "apiKeyKept" : "apiKeySession") : gone ? t("apiKeyGone") : ""}
      </p>
    </form>
  );
}
