/** Parts of the page that nobody needs before a bundle is there: their code comes after the first paint. */
import { useEffect, useState, type ComponentType } from "react";
import { useTranslation } from "react-i18next";
import { FailureNotice } from "../components/Notice.tsx";

/** A component whose code may not be there yet. */
export type Late<Props extends object> = ComponentType<Props> & {
  /** Fetch its code. @throws what the import throws; the next call tries again */
  readonly fetch: () => Promise<void>;
};

/**
 * A component that shows nothing until its code has come, and a way to try again where it does not. Once the code is there it renders at
 * once, without a first empty frame: React's `lazy` would always suspend for one.
 * @param load imports it
 */
export function late<Props extends object>(load: () => Promise<ComponentType<Props>>): Late<Props> {
  let found: ComponentType<Props> | null = null;
  const fetch = async () => {
    found ??= await load();
  };

  function Part(props: Props) {
    const [here, setHere] = useState(() => found);
    const [attempt, setAttempt] = useState(1);
    const [failed, setFailed] = useState(0);
    useEffect(() => {
      fetch().then(
        () => setHere(() => found),
        () => setFailed(attempt),
      );
    }, [attempt]);

    if (failed === attempt) return <Missing onRetry={() => setAttempt(attempt + 1)} />;
    const Here = here;
    return Here === null ? null : <Here {...props} />;
  }
  return Object.assign(Part, { fetch });
}

function Missing({ onRetry }: { readonly onRetry: () => void }) {
  const { t } = useTranslation("common");
  return (
    <FailureNotice failure={{ code: "server_unreachable", message: t("partMissing") }}>
      <button type="button" className="button" onClick={onRetry}>
        {t("tryAgain")}
      </button>
    </FailureNotice>
  );
}
