import { useTranslation } from "react-i18next";
import type { Counts } from "../privacy.ts";
import { about, counted } from "../wording.ts";

/** What no noise covers. */
export function NotHidden({ counts, mixed }: { counts: Counts | null; mixed: boolean }) {
  const { t } = useTranslation("meter");
  return (
    <section className="panel-section" aria-labelledby="not-hidden-title">
      <h2 className="panel-title" id="not-hidden-title">
        {t("notHidden")}
      </h2>
      <ul className="not-hidden">
        <li>
          {counts !== null && counts.total > 0
            ? t("notHiddenLengthHere", { n: about(counts.total) })
            : t("notHiddenLength")}
        </li>
        {counts !== null && counts.open > 0 && <li>{t("notHiddenPublic", counted(counts.open))}</li>}
        {mixed && <li>{t("notHiddenPositions")}</li>}
        {counts !== null && counts.again > 0 && <li>{t("notHiddenEdit")}</li>}
        <li>{t("notHiddenTime")}</li>
        <li>{t("notHiddenReply")}</li>
      </ul>
    </section>
  );
}
