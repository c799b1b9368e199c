/** What became of all requests, as numbers. */
import type { Outcome } from "./reply.ts";

export function summarize(outcomes: readonly Outcome[], seconds: number) {
  const of = (kind: Outcome["kind"]) => outcomes.filter((outcome) => outcome.kind === kind);
  const whole = of("whole");
  const first = whole.map(({ firstMs }) => firstMs ?? 0).sort((a, b) => a - b);
  const tokens = whole.reduce((sum, outcome) => sum + outcome.tokens, 0);
  const codes: Record<string, number> = {};
  for (const { code } of outcomes) if (code !== null) codes[code] = (codes[code] ?? 0) + 1;
  return {
    seconds: round(seconds),
    whole: whole.length,
    cut: of("cut").length,
    refused: of("refused").length,
    serverErrors: of("failed").length,
    unreachable: of("unreachable").length,
    /** Requests that had been cut, sent again with the same bytes, and answered to the end. */
    resumed: whole.filter(({ again }) => again).length,
    codes,
    tokens,
    tokensPerSecond: round(tokens / seconds),
    firstTokenMs: { p50: quantile(first, 0.5), p99: quantile(first, 0.99) },
  };
}

/** The nearest-rank quantile of numbers in ascending order; null of none. */
export function quantile(sorted: readonly number[], q: number): number | null {
  const value = sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)];
  return value === undefined ? null : round(value);
}

const round = (value: number) => Math.round(10 * value) / 10;
