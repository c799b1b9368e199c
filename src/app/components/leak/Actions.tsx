import { useTranslation } from "react-i18next";
import { nextStronger, type Strengths } from "../../leak/stronger.ts";
import { sentences, title } from "../../wording.ts";

interface Props {
  readonly manifest: Strengths;
  /** Of the message. */
  readonly preset: string;
  /** Why Send does nothing, or null. */
  readonly blocked: string | null;
  /** Why it does nothing at a stronger preset, or null. */
  readonly blockedAt: (stronger: string) => string | null;
  /** How what is sent differs from what is shown. */
  readonly afresh: string;
  /** The same of the stronger preset, where it is another sentence. */
  readonly afreshAt?: ((stronger: string) => string | null) | undefined;
  readonly onSend: (preset: string) => void;
  readonly onEdit: () => void;
  readonly onClose: () => void;
}

/** Send, send more quietly, or edit. */
export function Actions({ manifest, preset, blocked, blockedAt, afresh, afreshAt, onSend, onEdit, onClose }: Props) {
  const { t } = useTranslation(["leak", "common"]);
  const stronger = nextStronger(manifest, preset);
  const other = stronger === null || afreshAt === undefined ? null : afreshAt(stronger);
  const strongerBlocked = stronger === null ? null : blockedAt(stronger);
  return (
    <div className="leak-actions">
      <div className="reply-actions" role="group" aria-label={t("andNow")}>
        <button
          type="button"
          className="button button-send"
          aria-disabled={blocked !== null}
          aria-describedby="leak-afresh"
          onClick={() => blocked === null && onSend(preset)}
        >
          {t("sendWith", { preset: title(preset) })}
        </button>
        {stronger !== null && (
          <button
            type="button"
            className="button"
            aria-disabled={strongerBlocked !== null}
            aria-describedby={other === null ? "leak-afresh" : "leak-afresh-stronger"}
            onClick={() => strongerBlocked === null && onSend(stronger)}
          >
            {t("sendWith", { preset: title(stronger) })}
          </button>
        )}
        <button type="button" className="button" onClick={onEdit}>
          {t("edit")}
        </button>
        <button type="button" className="button button-quiet" onClick={onClose}>
          {t("common:close")}
        </button>
      </div>
      <p className="aside-note" id="leak-afresh">
        {sentences(blocked, afresh)}
      </p>
      {other !== null && (
        <p className="aside-note" id="leak-afresh-stronger">
          {other}
        </p>
      )}
    </div>
  );
}
