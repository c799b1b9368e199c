import { useState } from "react";
import type { Failure } from "../failure.ts";
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
          <Kind kind={shown.kind} />
          <Strip shown={shown} />
          <Legend bits={shown.levels.bits} />
          <Digits shown={shown} />
          <Sizes sizes={shown.sizes} />
        </>
      )}
    </section>
  );
}

function Kind({ kind }: { kind: ShownLevels["kind"] }) {
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
          <strong>Sent.</strong> These levels left, and your text did not.
        </p>
      );
    case "unanswered":
      return (
        <p className="leaves-kind">
          <strong>Drawn to be sent.</strong> No answer came: these levels may have left or not, your text did not.
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
          <p className="aside-note">One line a token, one hexadecimal digit a level: 0 to f.</p>
          <pre className="digits" tabIndex={0} role="group" aria-label="Levels as hexadecimal digits">
            {digits(shown)}
          </pre>
        </>
      )}
    </details>
  );
}

function digits({ levels }: ShownLevels): string {
  const width = levels.bits > 4 ? 2 : 1;
  const rows = Array.from({ length: levels.tokens }, (_, t) =>
    Array.from(levels.levels.subarray(t * levels.dim, (t + 1) * levels.dim), (level) =>
      level.toString(16).padStart(width, "0"),
    ).join(width === 1 ? "" : " "),
  );
  return rows.join("\n");
}
