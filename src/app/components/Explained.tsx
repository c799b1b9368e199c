import { strongestAttacker } from "../../sdk/reading.ts";
import type { Manifest, Preset } from "../../sdk/types.ts";
import { usefulness, type Costs } from "../privacy.ts";
import { about, atMost, percent, tenth, tenthsOfPercent, title, wordsIn } from "../wording.ts";
import { Epsilon } from "./Costs.tsx";

interface Props {
  readonly manifest: Manifest;
  readonly preset: Preset;
  readonly costs: Costs;
}

/** What the numbers of the meter promise, and what they do not. */
export function Explained({ manifest, preset, costs }: Props) {
  const { recovery } = preset.measured;
  const strongest = strongestAttacker(recovery);
  const perToken = manifest.measured.clean.released.mean / Math.LN2;
  return (
    <details className="disclosure">
      <summary>What these numbers say</summary>
      <div className="explained">
        <h3>Bits</h3>
        <p>
          However clever the server is, a release tells it at most this many bits. That is proved from the noise, not
          estimated. The size it is compared with counts every token as one of {about(manifest.model.vocabulary)}{" "}
          equally likely ones, {about(costs.tokenSize)} bits each. English is far more predictable, about{" "}
          {tenth(perToken)} bits a token for this bundle’s model, so a small share of bits does not mean that little can
          be guessed.
        </p>
        <h3>
          <Epsilon />, differential privacy
        </h3>
        <p>
          <em>Replace one token</em> by any other: the probability of anything the server may see changes by at most a
          factor e<sup>{atMost(costs.token.epsilon)}</sup>, but for a slack of <i className="math">δ</i> = 10
          <sup>−5</sup>.
          {costs.message !== null && (
            <>
              {" "}
              <em>Replace the whole message</em> by any of the same length: at most e
              <sup>{atMost(costs.message.epsilon)}</sup>.
            </>
          )}{" "}
          Below 1 would be strong by itself; these are not. Read them beside the rest.
        </p>
        <h3>Read by an attacker</h3>
        <p>
          On {about(strongest.tokens)} tokens of text it had not seen, an attacker who knows the table, the noise and{" "}
          {recovery.attackers.sequence === undefined ? "how common each word is" : "which words follow which"} read{" "}
          {tenthsOfPercent(strongest.recovery)} (95% interval {tenthsOfPercent(strongest.low)} to{" "}
          {tenthsOfPercent(strongest.high)}). Blind, without looking at what was sent, it guesses{" "}
          {tenthsOfPercent(strongest.baseline)}. A token is a word or a piece of one.
          {strongest.rare !== null && (
            <> Of rare tokens, the kind that secrets are made of, it read {tenthsOfPercent(strongest.rare.recovery)}.</>
          )}
        </p>
      </div>
    </details>
  );
}

/** What is left for the server to work with: the price of the noise, in plain words. */
export function WhatItMakesOfIt({ manifest, preset }: { manifest: Manifest; preset: Preset }) {
  const { released, error, clear, share } = usefulness(manifest, preset);
  return (
    <details className="disclosure">
      <summary>What the server makes of it</summary>
      <div className="explained">
        <p>{verdict(released < 2 * error ? 0 : share)}</p>
        <p>
          Measured on text it had not seen: under {title(preset.name)} the levels of a text help the model to go on with
          it by {nats(released)} nats a token more than the levels of some other text do (± {nats(error)}
          {released < 2 * error && ", so it may be nothing"}). The text in the clear would help by {nats(clear)},
          measured in the same way. So {percent(share)} of the help gets through, while an attacker reads{" "}
          {wordsIn(strongestAttacker(preset.measured.recovery).recovery)}.
        </p>
      </div>
    </details>
  );
}

function nats(value: number): string {
  return value.toFixed(3).replace("-", "−");
}

/** A sentence for each range of the share that gets through. */
export function verdict(share: number): string {
  if (share < 0.1) return "Very little. Expect a story in a fitting tone that hardly knows what you wrote.";
  if (share < 0.35) return "Some of it. Expect a story that catches a subject or a mood here and there.";
  if (share < 0.7) return "A good part. Expect a story that follows the subject and misses the details.";
  return "Most of it. Expect a story that follows your text.";
}
