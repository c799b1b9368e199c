import { useTranslation } from "react-i18next";
import type { Command } from "../../commands/commands.ts";

/** What a command is called, in the language of the page. */
export function useTitles(): (command: Command) => string {
  const { t } = useTranslation("commands");
  return ({ title }) => ("literal" in title ? title.literal : t(title.key, { name: title.name ?? "" }));
}
