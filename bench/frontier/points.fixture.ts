/** Data points as the tests of the report need them. */
import type { Point } from "./points.ts";
import type { Measured } from "./summary.ts";

interface Given extends Partial<Omit<Measured, "point">> {
  readonly method: string;
  readonly level?: string;
  readonly seed?: number;
  /** Nats: of the release and of its control. */
  readonly loss?: readonly [number, number];
  readonly accuracy?: readonly [number, number];
  readonly bayes?: number;
  readonly tokens?: number;
}

export function measured({
  method,
  level = "8",
  seed = 1,
  loss,
  accuracy,
  bayes = 0.2,
  tokens = 100,
  ...rest
}: Given): Measured {
  const utility: Point["utility"] = {};
  if (loss) {
    utility.loss = { value: loss[0], control: loss[1], n: 256, groups: 32, errors: { worth: 0.01 } };
  }
  if (accuracy) utility.accuracy = { value: accuracy[0], control: accuracy[1], n: 400 };
  const point: Point = {
    domain: "stories",
    method,
    level,
    seed,
    parameters: {},
    bits: { token: 2, message: 100, tokens: 50 },
    epsilon: method === "rantext" ? null : 12,
    utility,
    leak: { bayes: { value: bayes, baseline: 0.05, tokens }, rareBayes: { value: 0, baseline: 0, tokens: 10 } },
  };
  return { point, attacked: null, beside: {}, ...rest };
}
