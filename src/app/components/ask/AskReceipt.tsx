import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Classifier, GistReading, GistRelease } from "../../../sdk/gist/types.ts";
import { failureText, toFailure, type Failure } from "../../failure.ts";
import { FailureNotice } from "../Notice.tsx";
import { Looked, narrowed } from "./Looked.tsx";

interface Props {
  readonly classifier: Classifier;
  readonly release: GistRelease;
}

type Found = { readonly reading: GistReading | null } | { readonly failure: Failure };

/**
 * After sending, on request: what could be read of the one draw that left. It has no actions: levels that are chosen by what
 * they show would no longer be the ones the bounds are proved for.
 */
export function AskReceipt({ classifier, release }: Props) {
  const { t } = useTranslation(["ask", "leak", "common"]);
  const [open, setOpen] = useState(false);
  const [found, setFound] = useState<Found | null>(null);
  const [attempt, setAttempt] = useState(0);
  const summary = useRef<HTMLElement>(null);
  useEffect(() => {
    if (!open) return;
    let current = true;
    classifier.receipt(release).then(
      (reading) => current && setFound({ reading }),
      (error: unknown) => current && setFound({ failure: toFailure(error) }),
    );
    return () => {
      current = false;
    };
  }, [classifier, release, open, attempt]);
  const again = () => {
    // The notice goes, and the button with it.
    summary.current?.focus();
    setFound(null);
    setAttempt(attempt + 1);
  };

  return (
    <>
      <details className="disclosure receipt" onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary ref={summary}>{t("leak:receipt")}</summary>
        {open && (
          <div className="leak-body">
            {found === null && <p className="aside-note">{t("sayLooking")}</p>}
            {found !== null && "failure" in found && (
              // The region below says it.
              <FailureNotice failure={found.failure} quiet>
                <button type="button" className="button" onClick={again}>
                  {t("common:tryAgain")}
                </button>
              </FailureNotice>
            )}
            {found !== null && "reading" in found && (
              <>
                <Looked
                  manifest={classifier.bundle}
                  preset={release.levels.preset}
                  reading={found.reading}
                  stale={false}
                />
                <p className="aside-note">{t("leak:ofOneDraw")}</p>
              </>
            )}
          </div>
        )}
      </details>
      {/* Always there: a region that comes with its words is not heard. */}
      <p className="visually-hidden" role="status">
        {open && heard(found)}
      </p>
    </>
  );

  function heard(found: Found | null): string {
    if (found === null) return t("sayLooking");
    if ("failure" in found) return failureText(found.failure);
    return found.reading === null ? t("noExamples") : narrowed(classifier.bundle, found.reading);
  }
}
