import { useMemo, useRef } from "react";
import { budgetsNow } from "../../sdk/history.ts";
import type { Budget } from "../../sdk/types.ts";
import { useCustomProperty } from "../hooks/useCustomProperty.ts";
import type { LedgerView } from "../hooks/useLedger.ts";
import { atLeast, budgetName } from "../ledger/sentences.ts";
import { day, standingOf, type Standing } from "../ledger/standing.ts";
import { atMost, count } from "../wording.ts";
import { Epsilon } from "./Costs.tsx";

interface Props {
  readonly view: LedgerView;
  /** Origin. */
  readonly server: string;
  readonly onHistory: () => void;
}

/** The third level of the meter: everything this server was told since the ledger began to count. */
export function Since({ view, server, onHistory }: Props) {
  if (view.status !== "ready") return null;
  return (
    <section className="since" aria-label="Everything since">
      <Told view={view} server={server} who="this server" />
      <BudgetMeters view={view} server={server} />
      <details className="disclosure">
        <summary>What is added up</summary>
        <div className="explained">
          <p>
            Before a message leaves, its cost is written to a ledger on this device, and if that fails nothing is sent.
            Bits add up: ten messages tell up to ten times the bits of one, also to a server that compares them all.
            Sending the same levels again adds nothing.
          </p>
          <p>
            <Epsilon /> here is of the <em>history</em>: replace every private token this server was sent since then.
            The ledger holds times, servers, presets and numbers of tokens. It holds no word of yours.
          </p>
        </div>
      </details>
      <button type="button" className="button since-more" aria-haspopup="dialog" onClick={onHistory}>
        History and budgets
      </button>
    </section>
  );
}

type Ready = Extract<LedgerView, { status: "ready" }>;

/** "Since 3 November this server was told at most 212 bits": bits first, then epsilon. */
export function Told({ view, server, who }: { view: Ready; server: string; who: string }) {
  const { rows, now } = view;
  const standing = useMemo(() => standingOf(rows, server), [rows, server]);
  return (
    <div className="since-told">
      <p className="since-bits" data-testid="since">
        {sentence(standing, now, who)}
      </p>
      {standing.messages > 0 && (
        <p className="aside-note">
          {count(standing.messages, "message")}, {count(standing.tokens, "private token")}; <Epsilon />{" "}
          {atMost(standing.epsilon)} at <i className="math">δ</i> = 10<sup>−5</sup> for the history.
        </p>
      )}
    </div>
  );
}

function sentence({ since, reset, messages, bits }: Standing, now: number, who: string) {
  const name = who.charAt(0).toUpperCase() + who.slice(1);
  if (since === null) return `${name} was told nothing yet.`;
  const from = `Since ${reset ? "the new count of " : ""}${day(since, now)}`;
  if (messages === 0) return `${from} ${who} was told nothing more. What it learned before, it keeps.`;
  return (
    <>
      {from} {who} was told <strong>at most {atMost(bits)} bits</strong>.
    </>
  );
}

/** Each budget as a meter of what is used; that of one message as a line, because it begins full each time. */
export function BudgetMeters({ view, server }: { view: Ready; server: string }) {
  const { rows, budgets, now } = view;
  const used = useMemo(() => budgetsNow(rows, server, budgets, now), [rows, server, budgets, now]);
  if (used.length === 0) return null;
  return (
    <ul className="budget-meters">
      {used.map((each) => (
        <li key={`${each.budget.scope} ${each.budget.unit}`}>
          {each.budget.scope === "message" ? `Your budget: ${budgetName(each.budget)}.` : <BudgetMeter {...each} />}
        </li>
      ))}
    </ul>
  );
}

function BudgetMeter({ budget, used }: { budget: Budget; used: number }) {
  const bar = useRef<HTMLDivElement>(null);
  useCustomProperty(bar, "--share", String(Math.min(1, used / budget.limit)));
  const over = used > budget.limit;
  const text = over
    ? `Your budget of ${budgetName(budget)} is used up.`
    : `${atLeast(budget.limit - used)} left of your budget of ${budgetName(budget)}.`;
  return (
    <>
      <span>{text}</span>
      <div
        ref={bar}
        className="bar"
        role="meter"
        aria-label={`Budget of ${budgetName(budget)}`}
        aria-valuemin={0}
        aria-valuemax={budget.limit}
        aria-valuenow={Math.min(budget.limit, Math.ceil(used * 10) / 10)}
        aria-valuetext={`${atMost(used)} used. ${text}`}
      />
    </>
  );
}
