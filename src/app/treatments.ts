/** How each treatment of words looks and is called: one set of names for the highlights, the legend and the chips. */
import { t } from "./i18n/i18n.ts";
import { PUBLIC } from "./marks.ts";
import { title } from "./wording.ts";

/** A class of styles/marks.css: colour and underline. Presets take theirs in the order of the bundle. */
export function treatmentClass(treatment: string, presets: readonly string[]): string {
  if (treatment === PUBLIC) return "treated-public";
  return `treated-${Math.max(0, presets.indexOf(treatment)) % 4}`;
}

export function treatmentName(treatment: string): string {
  return treatment === PUBLIC ? t("common:public") : title(treatment);
}

/** The presets that words can be marked with: a bundle that calls one "public" does not get to have it mistaken for that. */
export function markable(presets: readonly string[]): string[] {
  return presets.filter((name) => name !== PUBLIC);
}
