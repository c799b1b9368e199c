import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { failureText, type Failure } from "../failure.ts";

interface FailureProps {
  readonly failure: Failure;
  /** Not announced: it comes and goes while the person types. */
  readonly quiet?: boolean;
  readonly children?: ReactNode;
}

/** Something went wrong: the sentence, its code, and a way out. */
export function FailureNotice({ failure, quiet = false, children }: FailureProps) {
  useTranslation();
  return (
    <div className="notice" role={quiet ? undefined : "alert"}>
      <p>
        {failureText(failure)} <code>{failure.code}</code>
      </p>
      {children}
    </div>
  );
}

/** Something a person should know that is nobody's fault. */
export function Notice({ children }: { children: ReactNode }) {
  return (
    <div className="notice notice-quiet" role="status">
      <p>{children}</p>
    </div>
  );
}
