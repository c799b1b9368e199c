import { Trans, useTranslation } from "react-i18next";
import type { Costs } from "../privacy.ts";
import type { Spending } from "../state.ts";
import { about, atMost, counted, expected, partIn } from "../wording.ts";

/** Bits, epsilon and what was recovered, side by side: none of the three says enough alone. */
export function CostTable({ costs }: { costs: Costs }) {
  const { t } = useTranslation("meter");
  const { token, message, tokens, tokenSize, messageSize } = costs;
  const { share, baseline, message: named } = costs.named;
  return (
    <table className="costs">
      <caption className="visually-hidden">{t("costs")}</caption>
      <thead>
        <tr>
          <td />
          <th scope="col">
            {t("eachToken")} <span>{t("replaceToken")}</span>
          </th>
          <th scope="col">
            {t("message")} <span>{t("replaceMessage")}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        <tr>
          <th scope="row">
            {t("bits")} <span>{t("atMost")}</span>
          </th>
          <td>
            {atMost(token.bits)} <span>{t("ofSize", { size: about(tokenSize) })}</span>
          </td>
          <td>
            {message === null ? (
              "–"
            ) : (
              <>
                {atMost(message.bits)} <span>{t("ofAboutSize", { size: about(messageSize) })}</span>
              </>
            )}
          </td>
        </tr>
        <tr>
          <th scope="row">
            <Epsilon />{" "}
            <span>
              <Trans t={t} i18nKey="atDelta" components={FORMULA} />
            </span>
          </th>
          <td>{atMost(token.epsilon)}</td>
          <td>{message === null ? "–" : atMost(message.epsilon)}</td>
        </tr>
        <tr>
          <th scope="row">
            {t("read")} <span>{t("byAttacker")}</span>
          </th>
          <td>
            {partIn(share)} <span>{t("blind", { part: partIn(baseline) })}</span>
          </td>
          <td>
            {message === null ? (
              "–"
            ) : (
              <>
                {t("namedOf", { named: expected(named), tokens: about(tokens) })}{" "}
                <span>{t("blind", { part: expected(baseline * tokens) })}</span>
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
  const { t } = useTranslation("meter");
  return (
    <i className="math" role="img" aria-label={t("epsilon")}>
      ε
    </i>
  );
}

/** What stands in a sentence as mark-up; formulas run from left to right in every language. */
export const FORMULA = {
  formula: <bdi dir="ltr" />,
  math: <i className="math" />,
  sup: <sup />,
  em: <em />,
  strong: <strong />,
  epsilon: <Epsilon />,
};

/** Two draws of the same words tell more about them than one: how much, at most. */
export function DrawnLine({ drawn }: Pick<Spending, "drawn">) {
  const { t } = useTranslation("meter");
  if (drawn.releases < 2) return null;
  return (
    <p className="spent" data-testid="drawn">
      <strong>{t("drawnTimes", { ...counted(drawn.releases), bits: atMost(drawn.bits) })}</strong>
    </p>
  );
}
