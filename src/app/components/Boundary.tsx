import { Component, type ReactNode } from "react";
import { t } from "../i18n/i18n.ts";

/** What stands where the page fell over. The error itself is not shown: it could hold what was written. */
export class Boundary extends Component<{ readonly children: ReactNode }, { readonly failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    return (
      <main className="page">
        <div className="notice" role="alert">
          <p>
            {t("errors:internal_error")} <code>internal_error</code>
          </p>
          <button type="button" className="button" onClick={() => window.location.reload()}>
            {t("common:reload")}
          </button>
        </div>
      </main>
    );
  }
}
