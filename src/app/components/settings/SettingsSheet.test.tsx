import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { SettingsSheet } from "./SettingsSheet.tsx";

const nothing = () => undefined;
const markup = (presets: readonly string[]) =>
  renderToStaticMarkup(<SettingsSheet presets={presets} servers={["https://example.invalid"]} onClose={nothing} />);

describe("the settings", () => {
  it("are a dialog named by its title", () => {
    const id = /<dialog[^>]*aria-labelledby="([^"]+)"/.exec(markup([]))?.[1];
    expect(markup([])).toContain(`<h2 id="${id}">Settings</h2>`);
  });

  it("offer the bundle's presets, and none before there is a bundle", () => {
    expect(markup(["strict", "light"])).toMatch(/aria-label="Preset of a new message".*Strict.*Light/);
    expect(markup([])).not.toContain("Preset of a new message");
  });

  it("have every language in its own name and direction", () => {
    expect(markup([])).toContain('<option value="ar" lang="ar" dir="rtl">العربية</option>');
  });

  it("never show a key", () => {
    expect(markup([])).toMatch(/<input[^>]*type="password"[^>]*autoComplete="off"/);
  });

  it("have a name for every field", () => {
    for (const [, id] of markup(["strict"]).matchAll(/<(?:input|select)[^>]* id="([^"]+)"/g)) {
      expect(markup(["strict"])).toContain(`for="${id}"`);
    }
  });

  it("have no inline styles", () => {
    expect(markup(["strict"])).not.toMatch(/\sstyle="|<style/);
  });
});
