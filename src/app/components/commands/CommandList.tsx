import { CommandEmpty, CommandGroup, CommandInput, CommandItem, CommandList as Items, CommandRoot } from "cmdk";
import { useTranslation } from "react-i18next";
import { grouped, type Command } from "../../commands/commands.ts";
import { Keys } from "./Keys.tsx";
import { useTitles } from "./titles.ts";

interface Props {
  readonly commands: readonly Command[];
  readonly onChoose: (command: Command) => void;
}

/** The commands that can be done now, to be searched. In a file of its own: the library is loaded when it is first wanted. */
export default function CommandList({ commands, onChoose }: Props) {
  const { t } = useTranslation("commands");
  const titleOf = useTitles();
  return (
    <CommandRoot className="command-root" label={t("menu")} loop vimBindings={false}>
      {/* The menu was just opened to be typed into. */}
      <CommandInput className="command-input" placeholder={t("search")} autoFocus />
      <Items className="command-list" label={t("menu")}>
        <CommandEmpty className="command-empty">{t("none")}</CommandEmpty>
        {grouped(commands).map(([group, members]) => (
          <CommandGroup key={group} className="command-group" heading={t(group)}>
            {members.map((command) => {
              const { id, shortcut, title } = command;
              return (
                <CommandItem
                  key={id}
                  className="command-item"
                  value={id}
                  keywords={[titleOf(command), t(group)]}
                  onSelect={() => onChoose(command)}
                >
                  <span {...("lang" in title && { lang: title.lang })}>{titleOf(command)}</span>
                  {shortcut !== null && <Keys shortcut={shortcut} />}
                </CommandItem>
              );
            })}
          </CommandGroup>
        ))}
      </Items>
    </CommandRoot>
  );
}
