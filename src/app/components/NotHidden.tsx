import { useTranslation } from "react-i18next";
import { t } from "../i18n/i18n.ts";
import type { Counts } from "../privacy.ts";
import { about, counted } from "../wording.ts";

/** What no noise covers. */
export function NotHidden({ items }: { readonly items: readonly string[] }) {
  const { t } = useTranslation("meter");
  return (
    <section className="panel-section" aria-labelledby="not-hidden-title">
      <h2 className="panel-title" id="not-hidden-title">
        {t("notHidden")}
      </h2>
      <ul className="not-hidden">
        {items.map((item) => (
          <li key={item}>{item}</li>
        ))}
      </ul>
    </section>
  );
}

/** Of a text that is released token by token. `mixed`: its passages are not all treated alike. */
export function notHiddenOf(counts: Counts | null, mixed: boolean): string[] {
  return [
    counts !== null && counts.total > 0
      ? t("meter:notHiddenLengthHere", { n: about(counts.total) })
      : t("meter:notHiddenLength"),
    ...(counts !== null && counts.open > 0 ? [t("meter:notHiddenPublic", counted(counts.open))] : []),
    ...(mixed ? [t("meter:notHiddenPositions")] : []),
    ...(counts !== null && counts.again > 0 ? [t("meter:notHiddenEdit")] : []),
    t("meter:notHiddenTime"),
    t("meter:notHiddenReply"),
  ];
}
