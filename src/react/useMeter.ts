/** What a text would cost, while it is written. */
import { useEffect, useState } from "react";
import { mixedCost } from "../sdk/cost.ts";
import { freshTokens } from "../sdk/reuse.ts";
import type { Client, PrivacyCost, Prompt, Release } from "../sdk/types.ts";
import { promptKey, useSettled } from "./prompt.ts";

export interface MeterOptions {
  /** The client's unless told. */
  readonly preset?: string;
  /** The release the text goes on from: what they have in common costs nothing. */
  readonly earlier?: Release;
  /** At which epsilon is stated; 1e-5 unless told. */
  readonly delta?: number;
  /** Milliseconds without a change before it counts; 150 unless told. */
  readonly wait?: number;
}

/** What releasing the text would cost: bounds, known before anything is drawn. */
export interface Meter {
  /** Tokens of the text, public ones too. */
  readonly tokens: number;
  /** Private tokens that would be drawn anew: what is paid for. */
  readonly fresh: number;
  /** At most so many bits about the private text would be told, as a whole. */
  readonly bits: number;
  /** Epsilon of the whole message, at `delta`. */
  readonly epsilon: number;
  /** Epsilon of any one token, at `delta`. */
  readonly tokenEpsilon: number;
  readonly delta: number;
  /** It is of an older text: what is shown is about to change. */
  readonly pending: boolean;
  /** Why it could not be counted; null otherwise. The figures are then of the last text that could. */
  readonly error: unknown;
}

interface Counted {
  readonly key: string;
  readonly tokens: number;
  readonly fresh: number;
  readonly message: PrivacyCost;
  readonly token: PrivacyCost;
}

const NOTHING: Omit<Meter, "delta" | "pending" | "error"> = {
  tokens: 0,
  fresh: 0,
  bits: 0,
  epsilon: 0,
  tokenEpsilon: 0,
};

/**
 * The cost of a text at a preset, counted again when the text rests. It draws no noise, releases nothing and charges nothing.
 * @param client null while it loads: everything is 0
 */
export function useMeter(client: Client | null, text: Prompt, options: MeterOptions = {}): Meter {
  const { preset, earlier, delta = 1e-5, wait = 150 } = options;
  const key = promptKey(text, preset, delta);
  const [counted, setCounted] = useState<Counted | null>(null);
  const [failed, setFailed] = useState<{ readonly key: string; readonly error: unknown } | null>(null);
  const settled = useSettled(text, key, wait);

  useEffect(() => {
    if (client === null || settled === null) return;
    let left = false;
    client
      .tokenize(settled.value, preset, earlier)
      .then((tokens) => {
        const charges = freshTokens(tokens);
        const at = (adjacency: "token" | "message") => mixedCost(client.bundle, charges, delta, adjacency);
        return {
          key: settled.key,
          tokens: tokens.length,
          fresh: charges.reduce((sum, charge) => sum + charge.tokens, 0),
          message: at("message"),
          token: at("token"),
        };
      })
      .then(
        (count) => {
          if (left) return;
          setCounted(count);
          setFailed(null);
        },
        (error: unknown) => {
          if (!left) setFailed({ key: settled.key, error });
        },
      );
    return () => {
      left = true;
    };
  }, [client, settled, preset, earlier, delta]);

  const error = failed?.key === key ? failed.error : null;
  const pending = client !== null && error === null && counted?.key !== key;
  if (counted === null) return { ...NOTHING, delta, pending, error };
  const { tokens, fresh, message, token } = counted;
  return {
    tokens,
    fresh,
    bits: message.bits,
    epsilon: message.epsilon,
    tokenEpsilon: token.epsilon,
    delta,
    pending,
    error,
  };
}
