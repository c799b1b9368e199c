import { useState } from "react";
import type { Failure } from "../failure.ts";
import { levelRows } from "../levels/rows.ts";
import type { ShownLevels } from "../shown.ts";
import { FailureNotice } from "./Notice.tsx";
import { Sizes } from "./Sizes.tsx";
import { Legend, Strip } from "./Strip.tsx";

interface Props {
  readonly shown: ShownLevels | null;
  readonly failure: Failure | null;
}

/** The levels, every one of them, and how many bytes they are. */
export function Leaves({ shown, failure }: Props) {
  return (
    <section className="panel-section leaves" aria-labelledby="leaves-title">
      <h2 className="panel-title" id="leaves-title">
        What leaves this device
      </h2>
      {shown === null && failure === null && (
        <p className="aside-note">
          For each token a row of small numbers, drawn at random around what the token means. Write, and an example
          appears here.
        </p>
      )}
      {shown === null && failure !== null && <FailureNotice failure={failure} quiet />}
      {shown !== null && (
        <>
          <Kind kind={shown.kind} open={shown.tokens.some(({ preset }) => preset === null)} />
          <Strip shown={shown} />
          {shown.segments[0] !== undefined && <Legend bits={shown.segments[0].bits} />}
          <Digits shown={shown} />
          <Sizes sizes={shown.sizes} />
        </>
      )}
    </section>
  );
}

function Kind({ kind, open }: { kind: ShownLevels["kind"]; open: boolean }) {
  const yours = open ? "your private words" : "your text";
  switch (kind) {
    case "example":
      return (
        <p className="leaves-kind">
          <strong>An example draw.</strong> What is sent is drawn fresh.
        </p>
      );
    case "sent":
      return (
        <p className="leaves-kind">
          <strong>Sent.</strong> These levels left, and {yours} did not.
        </p>
      );
    case "unanswered":
      return (
        <p className="leaves-kind">
          <strong>Drawn to be sent.</strong> No answer came: these levels may have left or not, {yours} did not.
        </p>
      );
  }
}

/** The same levels as digits: for readers of screens, and for the curious. Written only when opened. */
function Digits({ shown }: { shown: ShownLevels }) {
  const [open, setOpen] = useState(false);
  return (
    <details className="disclosure" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>As digits</summary>
      {open && (
        <>
          <p className="aside-note">
            One line a token, one hexadecimal digit a level: 0 to f. Public tokens have none.
          </p>
          <pre className="digits" tabIndex={0} role="group" aria-label="Levels as hexadecimal digits">
            {digits(shown)}
          </pre>
        </>
      )}
    </details>
  );
}

function digits({ tokens, segments }: ShownLevels): string {
  return levelRows(tokens, segments)
    .rows.map((row) => {
      if (row === null) return "public";
      const width = row.bits > 4 ? 2 : 1;
      return Array.from(row.levels, (level) => level.toString(16).padStart(width, "0")).join(width === 1 ? "" : " ");
    })
    .join("\n");
}
