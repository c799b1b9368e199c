import { CommandEmpty, CommandGroup, CommandInput, CommandItem, CommandList as Items, CommandRoot } from "cmdk";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { grouped, type Command } from "../../commands/commands.ts";
import { searched } from "../../commands/search.ts";
import { Keys } from "./Keys.tsx";
import { useTitles } from "./titles.ts";

interface Props {
  readonly commands: readonly Command[];
  readonly onChoose: (command: Command) => void;
}

/**
 * The commands that can be done now, to be searched: in groups, and the best first once something is typed. In a file of its own: the
 * library is loaded when it is first wanted.
 */
export default function CommandList({ commands, onChoose }: Props) {
  const { t } = useTranslation("commands");
  const titleOf = useTitles();
  const [query, setQuery] = useState("");
  const [value, setValue] = useState(commands[0]?.id ?? "");
  const named = commands.map((item) => ({ item, title: titleOf(item), more: t(item.group) }));
  const found = searched(query, named);

  const item = (command: Command) => (
    <CommandItem key={command.id} className="command-item" value={command.id} onSelect={() => onChoose(command)}>
      <span {...("lang" in command.title && { lang: command.title.lang })}>{titleOf(command)}</span>
      {command.shortcut !== null && <Keys shortcut={command.shortcut} />}
    </CommandItem>
  );
  return (
    // The library's own filter finds letters anywhere, and does not order groups.
    <CommandRoot
      className="command-root"
      label={t("menu")}
      value={value}
      onValueChange={setValue}
      shouldFilter={false}
      loop
      vimBindings={false}
    >
      {/* The menu was just opened to be typed into. */}
      <CommandInput
        className="command-input"
        placeholder={t("search")}
        autoFocus
        value={query}
        onValueChange={(typed) => {
          setQuery(typed);
          setValue(searched(typed, named)[0]?.id ?? "");
        }}
      />
      <Items className="command-list" label={t("menu")}>
        {found.length === 0 && <CommandEmpty className="command-empty">{t("none")}</CommandEmpty>}
        {query.trim() === ""
          ? grouped(found).map(([group, members]) => (
              <CommandGroup key={group} className="command-group" heading={t(group)}>
                {members.map(item)}
              </CommandGroup>
            ))
          : found.map(item)}
      </Items>
    </CommandRoot>
  );
}
