/** Budgets and refusals in words. What is left is rounded down and what is needed up, so that neither promises too much. */
import type { Affordable, Budget, BudgetState, Fitting } from "../../sdk/types.ts";
import type { LedgerView } from "../hooks/useLedger.ts";
import { t } from "../i18n/i18n.ts";
import { atLeast, atMost, counted, formatted, sentences, title } from "../wording.ts";

const NAMES = {
  bits: {
    message: "ledger:bitsMessage",
    day: "ledger:bitsDay",
    month: "ledger:bitsMonth",
    ever: "ledger:bitsEver",
  },
  epsilon: {
    message: "ledger:epsilonMessage",
    day: "ledger:epsilonDay",
    month: "ledger:epsilonMonth",
    ever: "ledger:epsilonEver",
  },
} as const;

/** "50 bits a day", "epsilon 8 in all". */
export function budgetName({ scope, unit, limit }: Budget): string {
  return t(NAMES[unit][scope], { limit: formatted(limit, { maximumFractionDigits: 4 }) });
}

/** "This would go beyond your budget of 50 bits a day: 12.0 left, this needs 51.0." Empty where nothing is exceeded. */
export function refusal(states: readonly BudgetState[]): string {
  const exceeded = states.filter((state) => state.exceeded);
  const [first] = exceeded;
  if (first === undefined) return "";
  const { budget, used, after } = first;
  const said = { budget: budgetName(budget), needs: atMost(after - used) };
  const others = counted(exceeded.length - 1);
  if (budget.scope === "message") {
    return others.count === 0 ? t("ledger:beyondMessage", said) : t("ledger:beyondMessageMore", { ...said, ...others });
  }
  const left = atLeast(budget.limit - used);
  return others.count === 0
    ? t("ledger:beyond", { ...said, left })
    : t("ledger:beyondMore", { ...said, ...others, left });
}

/** "It would fit at Strict, or with 9 tokens fewer, or with 9 made public." */
export function whatWouldFit({ presets, fewer, left }: Fitting): string {
  const ways = [
    ...(presets.length === 0 ? [] : [t("ledger:fitsAt", { presets: presets.map(title).join(t("ledger:orPreset")) })]),
    ...(left === 0 ? [] : [t("ledger:fitsFewer", counted(fewer)), t("ledger:fitsPublic", counted(fewer))]),
  ];
  return ways.length === 0 ? t("ledger:noneFits") : t("ledger:fits", { ways: ways.join(t("ledger:or")) });
}

/**
 * Why the ledger lets nothing be sent, or null. `affordable` is null while nobody has asked. With `at`, another preset than the one it was
 * asked about: nothing where it would fit there.
 */
export function blockedByLedger(view: LedgerView, affordable: Affordable | null, at?: string): string | null {
  if (view.status === "failed") return t("ledger:cannotBeKept");
  if (affordable?.fitting == null) return null;
  if (at !== undefined && affordable.fitting.presets.includes(at)) return null;
  return sentences(refusal(affordable.states), whatWouldFit(affordable.fitting));
}
