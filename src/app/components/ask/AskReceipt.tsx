import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Classifier, GistReading, GistRelease } from "../../../sdk/gist/types.ts";
import { toFailure, type Failure } from "../../failure.ts";
import { FailureNotice } from "../Notice.tsx";
import { Looked } from "./Looked.tsx";

interface Props {
  readonly classifier: Classifier;
  readonly release: GistRelease;
}

/**
 * After sending, on request: what could be read of the one draw that left. It has no actions: levels that are chosen by what
 * they show would no longer be the ones the bounds are proved for.
 */
export function AskReceipt(props: Props) {
  const { t } = useTranslation("leak");
  const [open, setOpen] = useState(false);
  return (
    <details className="disclosure receipt" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t("receipt")}</summary>
      {open && <Read {...props} />}
    </details>
  );
}

type Found = { readonly reading: GistReading | null } | { readonly failure: Failure };

function Read({ classifier, release }: Props) {
  const { t } = useTranslation(["ask", "leak", "common"]);
  const [found, setFound] = useState<Found | null>(null);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let current = true;
    classifier.receipt(release).then(
      (reading) => current && setFound({ reading }),
      (error: unknown) => current && setFound({ failure: toFailure(error) }),
    );
    return () => {
      current = false;
    };
  }, [classifier, release, attempt]);

  return (
    <div className="leak-body">
      {found === null && (
        <p className="aside-note" role="status">
          {t("sayLooking")}
        </p>
      )}
      {found !== null && "failure" in found && (
        <FailureNotice failure={found.failure}>
          <button type="button" className="button" onClick={() => setAttempt(attempt + 1)}>
            {t("common:tryAgain")}
          </button>
        </FailureNotice>
      )}
      {found !== null && "reading" in found && (
        <>
          <Looked manifest={classifier.bundle} preset={release.levels.preset} reading={found.reading} stale={false} />
          <p className="aside-note">{t("leak:ofOneDraw")}</p>
        </>
      )}
    </div>
  );
}
