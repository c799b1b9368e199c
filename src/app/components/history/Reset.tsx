import { useEffect, useId, useRef, useState, type ReactNode } from "react";
import { Trans, useTranslation } from "react-i18next";
import type { Ledger } from "../../../sdk/types.ts";
import { toFailure, type Failure } from "../../failure.ts";
import { apart } from "../../wording.ts";
import { FailureNotice } from "../Notice.tsx";

type Step = "closed" | "which" | "sure";

/** A new count: which servers is one question, and what it means is a second. */
export function Reset({ ledger, server }: { ledger: Ledger; server: string }) {
  const { t } = useTranslation("ledger");
  const id = useId();
  const [step, setStep] = useState<Step>("closed");
  const [all, setAll] = useState(false);
  /** For whom a count began; null where none did. */
  const [begun, setBegun] = useState<{ readonly server: string | null } | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const opener = useRef<HTMLButtonElement>(null);

  const close = () => {
    setStep("closed");
    opener.current?.focus();
  };
  const begin = async () => {
    try {
      await ledger.reset(all ? null : server);
      setFailure(null);
      setBegun({ server: all ? null : server });
    } catch (error) {
      setFailure(toFailure(error));
    }
    close();
  };

  return (
    <section className="history-section" aria-labelledby={`${id}-title`}>
      <h3 id={`${id}-title`}>{t("reset")}</h3>
      <p className="aside-note">{t("resetNote")}</p>
      <div className="history-actions">
        <button
          ref={opener}
          type="button"
          className="button"
          aria-expanded={step !== "closed"}
          onClick={() => {
            setBegun(null);
            setStep(step === "closed" ? "which" : "closed");
          }}
        >
          {t("resetButton")}
        </button>
      </div>
      {step === "which" && (
        <Question key="which" label={t("resetFirst")}>
          <fieldset className="reset-which">
            <legend>{t("resetWhom")}</legend>
            <label>
              <input type="radio" name={id} checked={!all} onChange={() => setAll(false)} />{" "}
              <bdi dir="ltr">{server}</bdi>
            </label>
            <label>
              <input type="radio" name={id} checked={all} onChange={() => setAll(true)} /> {t("allServers")}
            </label>
          </fieldset>
          <div className="history-actions">
            <button type="button" className="button" onClick={close}>
              {t("keepCount")}
            </button>
            <button type="button" className="button" onClick={() => setStep("sure")}>
              {t("continue")}
            </button>
          </div>
        </Question>
      )}
      {step === "sure" && (
        <Question key="sure" label={t("resetSecond")}>
          <p>
            <Trans
              t={t}
              i18nKey={all ? "sureAll" : "sureOne"}
              values={{ server }}
              components={{ strong: <strong dir={all ? undefined : "ltr"} /> }}
            />
          </p>
          <div className="history-actions">
            <button type="button" className="button button-stop" onClick={() => void begin()}>
              {t("beginNew")}
            </button>
            <button type="button" className="button" onClick={close}>
              {t("keepCount")}
            </button>
          </div>
        </Question>
      )}
      <p className="aside-note" role="status">
        {begun !== null && (begun.server === null ? t("begunAll") : t("begunOne", { server: apart(begun.server) }))}
      </p>
      {failure !== null && <FailureNotice failure={failure} />}
    </section>
  );
}

/** Takes the focus when it appears, so that it is read. */
function Question({ label, children }: { label: string; children: ReactNode }) {
  const group = useRef<HTMLDivElement>(null);
  useEffect(() => {
    group.current?.focus();
    group.current?.scrollIntoView({ block: "nearest" });
  }, []);
  return (
    <div ref={group} className="notice" role="group" aria-label={label} tabIndex={-1}>
      {children}
    </div>
  );
}
