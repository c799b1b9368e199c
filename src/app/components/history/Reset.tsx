import { useEffect, useId, useRef, useState, type ReactNode } from "react";
import type { Ledger } from "../../../sdk/types.ts";
import { toFailure, type Failure } from "../../failure.ts";
import { FailureNotice } from "../Notice.tsx";

type Step = "closed" | "which" | "sure";

/** A new count: which servers is one question, and what it means is a second. */
export function Reset({ ledger, server }: { ledger: Ledger; server: string }) {
  const id = useId();
  const [step, setStep] = useState<Step>("closed");
  const [all, setAll] = useState(false);
  const [said, setSaid] = useState("");
  const [failure, setFailure] = useState<Failure | null>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const whose = all ? "all servers" : server;

  const close = () => {
    setStep("closed");
    opener.current?.focus();
  };
  const begin = async () => {
    try {
      await ledger.reset(all ? null : server);
      setFailure(null);
      setSaid(`A new count began for ${whose}.`);
    } catch (error) {
      setFailure(toFailure(error));
    }
    close();
  };

  return (
    <section className="history-section" aria-labelledby={`${id}-title`}>
      <h3 id={`${id}-title`}>Begin a new count</h3>
      <p className="aside-note">
        Counts from 0 again. The history stays, and so does what servers have learned: nothing makes a spent bit
        unspent.
      </p>
      <div className="history-actions">
        <button
          ref={opener}
          type="button"
          className="button"
          aria-expanded={step !== "closed"}
          onClick={() => {
            setSaid("");
            setStep(step === "closed" ? "which" : "closed");
          }}
        >
          Reset…
        </button>
      </div>
      {step === "which" && (
        <Question key="which" label="Reset, first question">
          <fieldset className="reset-which">
            <legend>For whom should the count begin anew?</legend>
            <label>
              <input type="radio" name={id} checked={!all} onChange={() => setAll(false)} /> {server}
            </label>
            <label>
              <input type="radio" name={id} checked={all} onChange={() => setAll(true)} /> All servers
            </label>
          </fieldset>
          <div className="history-actions">
            <button type="button" className="button" onClick={close}>
              Keep the count
            </button>
            <button type="button" className="button" onClick={() => setStep("sure")}>
              Continue
            </button>
          </div>
        </Question>
      )}
      {step === "sure" && (
        <Question key="sure" label="Reset, second question">
          <p>
            The count for <strong>{whose}</strong> will begin at 0, and your budgets begin afresh with it.{" "}
            {all ? "Those servers keep" : "That server keeps"} everything learned so far and can still put it together
            with what comes next; from then on the figures here leave that out.
          </p>
          <div className="history-actions">
            <button type="button" className="button button-stop" onClick={() => void begin()}>
              Yes, begin a new count
            </button>
            <button type="button" className="button" onClick={close}>
              Keep the count
            </button>
          </div>
        </Question>
      )}
      <p className="aside-note" role="status">
        {said}
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
