import { useTranslation } from "react-i18next";
import type { Failure } from "../failure.ts";
import { FailureNotice } from "./Notice.tsx";

/** The ledger cannot be kept or read: what that means, and the ways out. */
export function LedgerNotice({ failure, onRetry }: { failure: Failure; onRetry: () => void }) {
  const { t } = useTranslation(["ledger", "common"]);
  return (
    <FailureNotice failure={failure}>
      <p>{t("noticeWhy")}</p>
      {failure.code === "ledger_unavailable" && <p>{t("noticeUnavailable")}</p>}
      {failure.code === "ledger_corrupt" && <p>{t("noticeCorrupt")}</p>}
      <button type="button" className="button" onClick={onRetry}>
        {t("common:tryAgain")}
      </button>
    </FailureNotice>
  );
}
