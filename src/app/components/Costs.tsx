import type { Costs } from "../privacy.ts";
import type { Spending } from "../state.ts";
import { about, atMost, expected, partIn } from "../wording.ts";

/** Bits, epsilon and what was recovered, side by side: none of the three says enough alone. */
export function CostTable({ costs }: { costs: Costs }) {
  const { token, message, tokens, tokenSize, messageSize } = costs;
  const { share, baseline, message: named } = costs.named;
  return (
    <table className="costs">
      <caption className="visually-hidden">What this message costs, for each token and as a whole</caption>
      <thead>
        <tr>
          <td />
          <th scope="col">
            Each token <span>replace one token</span>
          </th>
          <th scope="col">
            Message <span>replace the whole message</span>
          </th>
        </tr>
      </thead>
      <tbody>
        <tr>
          <th scope="row">
            Bits <span>at most</span>
          </th>
          <td>
            {atMost(token.bits)} <span>of {about(tokenSize)}</span>
          </td>
          <td>
            {message === null ? (
              "–"
            ) : (
              <>
                {atMost(message.bits)} <span>of about {about(messageSize)}</span>
              </>
            )}
          </td>
        </tr>
        <tr>
          <th scope="row">
            <Epsilon />{" "}
            <span>
              at <i className="math">δ</i> = 10<sup>−5</sup>
            </span>
          </th>
          <td>{atMost(token.epsilon)}</td>
          <td>{message === null ? "–" : atMost(message.epsilon)}</td>
        </tr>
        <tr>
          <th scope="row">
            Read <span>by an attacker</span>
          </th>
          <td>
            {partIn(share)} <span>blind: {partIn(baseline)}</span>
          </td>
          <td>
            {message === null ? (
              "–"
            ) : (
              <>
                {expected(named)} of {about(tokens)} <span>blind: {expected(baseline * tokens)}</span>
              </>
            )}
          </td>
        </tr>
      </tbody>
    </table>
  );
}

/** The letter, with its name for those who hear it. */
export function Epsilon() {
  return (
    <i className="math" role="img" aria-label="epsilon">
      ε
    </i>
  );
}

/** Two draws of the same words tell more about them than one: how much, at most. */
export function DrawnLine({ drawn }: Pick<Spending, "drawn">) {
  if (drawn.releases < 2) return null;
  return (
    <p className="spent" data-testid="drawn">
      <strong>
        The same words were drawn {drawn.releases} times: together at most {atMost(drawn.bits)} bits about them.
      </strong>
    </p>
  );
}
