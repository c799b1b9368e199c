import { useTranslation } from "react-i18next";
import { wayOut, type Failure } from "../failure.ts";
import { FailureNotice } from "./Notice.tsx";

interface Props {
  readonly failure: Failure;
  /** Something of the reply came before. */
  readonly arrived: boolean;
  /** Levels were drawn, and the same would go again. */
  readonly released: boolean;
  readonly onAgain: () => void;
}

/** A message that could not be sent or was not answered: why, and the way out. */
export function Failed({ failure, arrived, released, onAgain }: Props) {
  const { t } = useTranslation(["reply", "common"]);
  const way = wayOut(failure);
  return (
    <FailureNotice failure={failure}>
      {arrived && <p>{t("arrivedAbove")}</p>}
      <p className="reply-actions">
        {way === "edit" && t("changeAndSend")}
        {way === "reload" && (
          <button type="button" className="button" onClick={() => window.location.reload()}>
            {t("common:reload")}
          </button>
        )}
        {way === "again" && (
          <>
            <button type="button" className="button" onClick={onAgain}>
              {t("common:tryAgain")}
            </button>
            <span className="aside-note">{released ? t("same") : t("nothingSent")}</span>
          </>
        )}
      </p>
    </FailureNotice>
  );
}
