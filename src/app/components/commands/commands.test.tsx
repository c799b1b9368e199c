import "../../i18n/i18n.ts";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { commandsOf, type Actions } from "../../commands/commands.ts";
import CommandList from "./CommandList.tsx";
import { HelpSheet } from "./HelpSheet.tsx";

const nothing = () => undefined;
const simple = [
  "newConversation",
  "searchConversations",
  "exportConversations",
  "settings",
  "storage",
  "servers",
] as const;
const more = ["ledger", "welcome", "help", "menu", "preview", "send", "stop", "regenerate", "copyReply"] as const;
const actions = {
  ...Object.fromEntries([...simple, ...more].map((name) => [name, nothing])),
  presets: ["strict"],
  choosePreset: nothing,
  chooseTheme: nothing,
  chooseLanguage: nothing,
} as unknown as Actions;
const commands = commandsOf(actions);
const words = (text: string) => text.replaceAll(/<[^>]*>/g, " ").replaceAll(/\s+/g, " ");

describe("the command menu", () => {
  const html = renderToStaticMarkup(<CommandList commands={commands} onChoose={nothing} />);

  it("has a field, and a list that it controls", () => {
    const list = /role="listbox"[^>]*id="([^"]+)"|id="([^"]+)"[^>]*role="listbox"/.exec(html);
    const id = list?.[1] ?? list?.[2];
    expect(id).toBeTruthy();
    expect(html).toMatch(new RegExp(`role="combobox"[^>]*aria-controls="${id}"`));
  });
});

describe("the help", () => {
  const html = renderToStaticMarkup(<HelpSheet commands={commands} onWelcome={nothing} onClose={nothing} />);

  it("names every shortcut that holds, and the way to the rest", () => {
    for (const { shortcut } of commands) {
      const key = shortcut?.split("+").at(-1);
      if (key !== undefined)
        expect(html.toLowerCase()).toContain(`<kbd>${key === "Escape" ? "esc" : key.toLowerCase()}</kbd>`);
    }
    expect(words(html)).toMatch(/Everything else is in the commands: Ctrl K/);
  });

  it("leads back to the introduction", () => {
    expect(words(html)).toContain("Show it again");
  });

  it("has no inline styles", () => {
    expect(html).not.toMatch(/\sstyle="|<style/);
  });
});
