import type { Counts } from "../privacy.ts";
import { count } from "../wording.ts";

/** What no noise covers. */
export function NotHidden({ counts, mixed }: { counts: Counts | null; mixed: boolean }) {
  return (
    <section className="panel-section" aria-labelledby="not-hidden-title">
      <h2 className="panel-title" id="not-hidden-title">
        What is not hidden
      </h2>
      <ul className="not-hidden">
        <li>How many tokens you send{counts !== null && counts.total > 0 && <> ({counts.total} here)</>}.</li>
        {counts !== null && counts.open > 0 && (
          <li>The public words ({count(counts.open, "token")}): they go as they are.</li>
        )}
        {mixed && <li>Which positions were treated how.</li>}
        {counts !== null && counts.again > 0 && <li>Which stretch you edited since the last message.</li>}
        <li>When and how often you send, and from which address.</li>
        <li>The reply: the server writes it, and therefore reads it.</li>
      </ul>
    </section>
  );
}
