/** What happened, as data: releases, and which rounds of them a neighbouring input may have changed (spec section 3). */
import { SottoError } from "../errors.ts";
import { halfWidth, rounds, validateParameters, type MechanismParameters } from "../mechanism/params.ts";
import type { RoundsGroup } from "./rounds.ts";

/**
 * What a neighbouring input may differ in, its length staying the same.
 * - `token`: one token, hence one token of one release, whichever costs most.
 * - `message`: every token of the releases given, which are those of one message (several where its passages have
 *   presets of their own).
 * - `history`: every token of the releases given, which are all those sent to a server since a date.
 */
export type Adjacency = "token" | "message" | "history";

/** Fresh noise for some tokens under one set of parameters. Resending the bytes of a release is not another release. */
export interface Release {
  readonly params: MechanismParameters;
  /** T >= 0. */
  readonly tokens: number;
}

/**
 * A release, checked and frozen.
 * @param tokens T, an integer >= 0
 * @throws SottoError `invalid_parameters`, `accounting_out_of_range`
 */
export function releaseOf(params: MechanismParameters, tokens: number): Release {
  validateParameters(params);
  if (!Number.isSafeInteger(tokens) || tokens < 0) {
    throw new SottoError("accounting_out_of_range", "Tokens must be a whole number, 0 or more.");
  }
  return Object.freeze({ params: Object.freeze({ ...params }), tokens });
}

/** The M d rounds of one token. */
export function roundsOfToken(params: MechanismParameters): RoundsGroup {
  return { rounds: rounds(params.bits) * params.dim, q: halfWidth(params), sparsity: params.sparsity };
}
