import { useState } from "react";
import { Trans, useTranslation } from "react-i18next";
import type { Failure } from "../failure.ts";
import { levelRows } from "../levels/rows.ts";
import type { ShownLevels } from "../shown.ts";
import { FORMULA } from "./Costs.tsx";
import { FailureNotice } from "./Notice.tsx";
import { Sizes } from "./Sizes.tsx";
import { Legend, Strip } from "./Strip.tsx";

interface Props {
  readonly shown: ShownLevels | null;
  /** What each row is of. */
  readonly rowsOf?: "tokens" | "message";
  readonly failure: Failure | null;
}

const WORDS = {
  tokens: { empty: "meter:leavesEmpty", strip: "meter:strip", digits: "meter:digitsNote" },
  message: { empty: "ask:leavesEmpty", strip: "ask:strip", digits: "ask:digitsNote" },
} as const;

/** The levels, every one of them, and how many bytes they are. */
export function Leaves({ shown, rowsOf = "tokens", failure }: Props) {
  const { t } = useTranslation(["meter", "ask"]);
  const words = WORDS[rowsOf];
  return (
    <section className="panel-section leaves" aria-labelledby="leaves-title">
      <h2 className="panel-title" id="leaves-title">
        {t("leaves")}
      </h2>
      {shown === null && failure === null && <p className="aside-note">{t(words.empty)}</p>}
      {shown === null && failure !== null && <FailureNotice failure={failure} quiet />}
      {shown !== null && (
        <>
          <Kind kind={shown.kind} open={shown.tokens.some(({ preset }) => preset === null)} />
          <Strip shown={shown} label={t(words.strip)} />
          {shown.segments[0] !== undefined && <Legend bits={shown.segments[0].bits} />}
          <Digits shown={shown} note={t(words.digits)} />
          {shown.sizes !== null && <Sizes sizes={shown.sizes} />}
        </>
      )}
    </section>
  );
}

/** What these levels are, of a text that is private as a whole or in part. */
const KINDS = {
  example: { whole: "leavesExample", part: "leavesExample" },
  sent: { whole: "leavesSent", part: "leavesSentMixed" },
  unanswered: { whole: "leavesUnanswered", part: "leavesUnansweredMixed" },
} as const;

function Kind({ kind, open }: { kind: ShownLevels["kind"]; open: boolean }) {
  const { t } = useTranslation("meter");
  return (
    <p className="leaves-kind">
      <Trans t={t} i18nKey={KINDS[kind][open ? "part" : "whole"]} components={FORMULA} />
    </p>
  );
}

/** The same levels as digits: for readers of screens, and for the curious. Written only when opened. */
function Digits({ shown, note }: { shown: ShownLevels; note: string }) {
  const { t } = useTranslation("meter");
  const [open, setOpen] = useState(false);
  return (
    <details className="disclosure" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t("digits")}</summary>
      {open && (
        <>
          <p className="aside-note">{note}</p>
          <pre className="digits" dir="ltr" tabIndex={0} role="group" aria-label={t("digitsLabel")}>
            {digits(shown, t("publicRow"))}
          </pre>
        </>
      )}
    </details>
  );
}

function digits({ tokens, segments }: ShownLevels, open: string): string {
  return levelRows(tokens, segments)
    .rows.map((row) => {
      if (row === null) return open;
      const width = row.bits > 4 ? 2 : 1;
      return Array.from(row.levels, (level) => level.toString(16).padStart(width, "0")).join(width === 1 ? "" : " ");
    })
    .join("\n");
}
