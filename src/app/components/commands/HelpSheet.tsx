import { Trans, useTranslation } from "react-i18next";
import { grouped, type Command } from "../../commands/commands.ts";
import { modifierKey } from "../../commands/keys.ts";
import { Sheet, SheetSection } from "../sheet/Sheet.tsx";
import { Keys } from "./Keys.tsx";
import { useTitles } from "./titles.ts";

interface Props {
  readonly commands: readonly Command[];
  /** Shows the introduction again; null where it is not of what is shown. */
  readonly onWelcome: (() => void) | null;
  readonly onClose: () => void;
}

/** The keys of the page, and the way back to the introduction. */
export function HelpSheet({ commands, onWelcome, onClose }: Props) {
  const { t } = useTranslation("commands");
  const titleOf = useTitles();
  const withKeys = commands.filter(({ shortcut }) => shortcut !== null);
  return (
    <Sheet title={t("help")} className="help" onClose={onClose}>
      {onWelcome !== null && (
        <SheetSection title={t("introduction")} note={t("introductionNote")}>
          <div className="sheet-actions">
            <button
              type="button"
              className="button"
              onClick={(event) => {
                event.currentTarget.closest("dialog")?.close();
                onWelcome();
              }}
            >
              {t("introductionAgain")}
            </button>
          </div>
        </SheetSection>
      )}
      <SheetSection title={t("keys")}>
        <div className="help-keys">
          {grouped(withKeys).map(([group, members]) => (
            <table key={group}>
              <caption className="small-title">{t(group)}</caption>
              <tbody>
                {members.map((command) => (
                  <tr key={command.id}>
                    <th scope="row">{titleOf(command)}</th>
                    <td>{command.shortcut !== null && <Keys shortcut={command.shortcut} />}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          ))}
        </div>
        <p className="aside-note">
          <Trans
            t={t}
            i18nKey="keysNote"

            components={{ keys: <Keys shortcut="Mod+K" /> }}
          />
        </p>
        <p className="aside-note">{t("singleNote", { modifier: modifierKey() })}</p>
      </SheetSection>
    </Sheet>
  );
}
