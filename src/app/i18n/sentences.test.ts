import { describe, expect, it } from "vitest";
import { en } from "./en/index.ts";
import { LOADERS, type Area } from "./i18n.ts";

const FORM = /_(zero|one|two|few|many|other)$/;
/** The number itself, by the names that it has. */
const FIGURE = /\{\{(n|count|formatted)\}\}/;
const base = (key: string) => key.replace(FORM, "");
const placeholders = (sentence: string) => [...new Set(sentence.match(/\{\{\w+\}\}/g))].sort().join(" ");
const tags = (sentence: string) => (sentence.match(/<\/?\w+ ?\/?>/g) ?? []).sort();
const english: Readonly<Record<string, Area>> = en;

/** What one area lacks in a language, or has that no page would show. */
function faults(tag: string, area: string, own: Area): string[] {
  const ours = english[area] ?? {};
  const forms = new Intl.PluralRules(tag).resolvedOptions().pluralCategories;
  const plural = new Set(
    Object.keys(ours)
      .filter((key) => FORM.test(key))
      .map(base),
  );
  const wanted = [...new Set(Object.keys(ours).map(base))].flatMap((key) =>
    // One sentence without an ending will do where nothing in it agrees with the number.
    plural.has(key) && own[key] === undefined ? forms.map((form) => `${key}_${form}`) : [key],
  );
  return [
    ...wanted.filter((key) => own[key] === undefined).map((key) => `${area}:${key} is missing`),
    ...Object.keys(own)
      .filter((key) => !wanted.includes(key))
      .map((key) => `${area}:${key} is not in English`),
    ...wanted.flatMap((key) => {
      const [theirs, model] = [own[key], ours[key] ?? ours[`${base(key)}_other`]];
      if (theirs === undefined || model === undefined) return [];
      // One and two may be words rather than figures.
      const said = /_(one|two)$/.test(key) ? (sentence: string) => sentence.replace(FIGURE, "") : String;
      const same = placeholders(said(theirs)) === placeholders(said(model));
      return [
        ...(same ? [] : [`${area}:${key} has other placeholders`]),
        ...(tags(theirs).join() === tags(model).join() ? [] : [`${area}:${key} has other tags`]),
        ...(theirs.trim() === "" && model.trim() !== "" ? [`${area}:${key} is empty`] : []),
      ];
    }),
  ];
}

describe.each(Object.entries(LOADERS))("the sentences in %s", (tag, load) => {
  it("are those of English: each key, each form of a plural, each placeholder and tag", async () => {
    const own: Readonly<Record<string, Area>> = await load();
    expect(Object.keys(english).flatMap((area) => faults(tag, area, own[area] ?? {}))).toEqual([]);
    expect(Object.keys(own).filter((area) => english[area] === undefined)).toEqual([]);
  });
});

describe("a fault in a translation", () => {
  it("is found", () => {
    const right: Area = { ...en.widget };
    expect(faults("de", "widget", right)).toEqual([]);
    expect(faults("de", "widget", { ...right, tells: "Sie sagt: {{bit}}." })).toEqual([
      "widget:tells has other placeholders",
    ]);
    const fewer = Object.fromEntries(Object.entries(right).filter(([key]) => key !== "tells"));
    expect(faults("de", "widget", fewer)).toEqual(["widget:tells is missing"]);
    expect(faults("ar", "reply", en.reply)).toContain("reply:glyphs_few is missing");
    expect(faults("de", "common", { ...en.common, promised: "Nichts." })).toEqual(["common:promised has other tags"]);
    expect(faults("de", "widget", { ...right, more: "?" })).toEqual(["widget:more is not in English"]);
  });
});
