import { Trans, useTranslation } from "react-i18next";
import type { AnyManifest } from "../../sdk/types.ts";
import type { SheetName } from "./Sheets.tsx";
import type { Task } from "../settings/settings.ts";
import { VERSION } from "../version.ts";
import { useInstall } from "../pwa/install.ts";
import { apart, tenth } from "../wording.ts";

const SHEETS = ["ledger", "servers", "storage", "settings", "help"] as const;
const TITLES = {
  ledger: "ledger:title",
  servers: "servers:title",
  storage: "storage:title",
  settings: "settings:title",
  help: "commands:help",
} as const;

interface Props {
  readonly client: { readonly bundle: AnyManifest; readonly digest: string } | null;
  /** Conversations are kept on this device. */
  readonly kept: boolean;
  /** What is said to a bundle is released token by token, or asked as a whole. */
  readonly task?: Task;
  readonly onSheet: (sheet: SheetName) => void;
}

/** What is promised, what is not, and whose work this is. */
export function Footer({ client, kept, task = "complete", onSheet }: Props) {
  const { t } = useTranslation(["common", "ask", "ledger", "servers", "storage", "settings", "commands", "install"]);
  const { available, install } = useInstall();
  return (
    <footer className="footer">
      <p>
        <Trans t={t} i18nKey={kept ? "promisedKept" : "promised"} components={{ strong: <strong /> }} />
      </p>
      <p>
        <Trans
          t={t}
          i18nKey={task === "classify" ? "ask:notPromised" : "notPromised"}
          components={{ strong: <strong /> }}
        />
      </p>
      <p className="footer-facts">
        <span>Sotto {VERSION}</span>
        {client !== null && (
          <>
            <bdi>
              {client.bundle.title} ({client.bundle.id})
            </bdi>
            <span>
              {t("model", {
                name: apart(client.bundle.model.name),
                parameters: t("parameters", { millions: tenth(client.bundle.model.parameters / 1e6) }),
              })}
            </span>
            <span>{t("weights", { licence: apart(client.bundle.licence.weights) })}</span>
            <span>
              <code dir="ltr" title={client.digest}>
                sha256 {client.digest.slice(0, 12)}…
              </code>
            </span>
          </>
        )}
      </p>
      <p className="footer-facts">
        {SHEETS.filter((sheet) => sheet !== "ledger" || client !== null).map((sheet) => (
          <button
            key={sheet}
            type="button"
            className="link-button"
            aria-haspopup="dialog"
            onClick={() => onSheet(sheet)}
          >
            {t(TITLES[sheet])}
          </button>
        ))}
        {available && (
          <button type="button" className="link-button" onClick={() => void install()}>
            {t("install:install")}
          </button>
        )}
      </p>
    </footer>
  );
}
