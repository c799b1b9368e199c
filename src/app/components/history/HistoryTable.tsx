import { useId } from "react";
import { useTranslation } from "react-i18next";
import { moment } from "../../ledger/standing.ts";
import type { Item } from "../../ledger/timeline.ts";
import { about, atMost, counted, listed, title } from "../../wording.ts";

/** More would be slow to lay out and nobody reads them; the export holds all. */
const SHOWN = 200;

/** The history in numbers, the latest first. */
export function HistoryTable({ items }: { items: readonly Item[] }) {
  const { t } = useTranslation("ledger");
  const caption = useId();
  const shown = items.slice(-SHOWN).reverse();
  return (
    // It scrolls, so it can be reached with the keyboard.
    <div className="history-table" role="region" aria-labelledby={caption} tabIndex={0}>
      <table>
        <caption id={caption}>
          {items.length > SHOWN ? t("captionMore", counted(items.length - SHOWN)) : t("caption")}
        </caption>
        <thead>
          <tr>
            <th scope="col">{t("time")}</th>
            <th scope="col">{t("preset")}</th>
            <th scope="col" className="is-number">
              {t("tokens")}
            </th>
            <th scope="col" className="is-number">
              {t("bitsAtMost")}
            </th>
            <th scope="col" className="is-number">
              {t("inAll")}
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map((item) => (
            <tr key={item.id}>
              <th scope="row">
                <time dateTime={new Date(item.at).toISOString()}>{moment(item.at)}</time>
                {item.imported && <span className="history-mark"> {t("imported")}</span>}
              </th>
              {item.kind === "reset" ? (
                <td colSpan={4} className="history-mark">
                  {t("newCount")}
                </td>
              ) : (
                <>
                  <td>{listed(item.presets.map(title))}</td>
                  <td className="is-number">{about(item.tokens)}</td>
                  <td className="is-number">{atMost(item.bits)}</td>
                  <td className="is-number">{atMost(item.total)}</td>
                </>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
