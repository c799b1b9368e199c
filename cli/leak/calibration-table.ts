/** What `sotto calibrate` prints: a table for a person, and the same as JSON. */
import { ATTACKERS } from "../../src/core/attack/report.ts";
import { cellsOf, COLUMNS, tableOf } from "./audit-table.ts";
import { MOST_MU, type Calibration } from "./calibration.ts";
import { priorName, type KnownPrior } from "./priors.ts";
import { recoveryOf } from "./record.ts";
import { ATTACKER_NAMES, count, percent } from "./words.ts";

/** What was calibrated. */
export interface Subject {
  /** Id of the bundle. */
  readonly bundle: string;
  /** Share of the tokens. */
  readonly target: number;
  readonly bits: number;
  readonly prior: KnownPrior;
  readonly messages: number;
  readonly tokens: number;
}

/** What `--json` prints: the figures as a manifest has them. */
export function calibrationJson({ mu, measured }: Calibration, { bundle, target, ...rest }: Subject) {
  return { bundle, target, mu, ...rest, attackers: recoveryOf(measured) };
}

/** The table with what it is about above, with a line end. */
export function describeCalibration({ mu, measured }: Calibration, subject: Subject): string {
  const { target, bits, tokens, bundle, prior } = subject;
  const found =
    mu === MOST_MU
      ? `mu ${mu}, the largest that is tried, is within the target`
      : `mu ${mu} is the largest that was found within the target`;
  return [
    `${bundle}, ${count(bits, "bit")} a level: ${found}.`,
    `The target: no attacker names more than ${percent(target)} of ${count(tokens, "token")}.`,
    `What the reader knows of language: ${priorName(prior)}`,
    "",
    ...tableOf([
      COLUMNS,
      ...ATTACKERS.flatMap((name) => {
        const figures = measured[name];
        return figures === undefined ? [] : [[ATTACKER_NAMES[name], ...cellsOf(figures)]];
      }),
    ]),
    "",
    "Measured at this mu on a release of its own. One release of another text, or of this one anew, may give more or less away.",
    "",
  ].join("\n");
}
