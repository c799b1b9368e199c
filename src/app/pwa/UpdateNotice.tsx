import { useTranslation } from "react-i18next";
import { useUpdate } from "./register.ts";

interface Props {
  /** A reply is being written: it would be cut off. */
  readonly busy?: boolean;
}

/** Offers a newer version of the page, where one is ready. It never reloads by itself. */
export function UpdateNotice({ busy = false }: Props) {
  const { t } = useTranslation("install");
  const { waiting, apply } = useUpdate();
  // The region is there before its sentence, or screen readers would not say it.
  return (
    <div className="update" role="status">
      {waiting && (
        <div className="notice notice-quiet">
          <p>{busy ? t("updateAfterReply") : t("updateReady")}</p>
          {!busy && (
            <button type="button" className="button" onClick={apply}>
              {t("updateApply")}
            </button>
          )}
        </div>
      )}
    </div>
  );
}
