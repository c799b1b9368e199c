import { useId } from "react";
import { moment } from "../../ledger/standing.ts";
import type { Item } from "../../ledger/timeline.ts";
import { atMost, count, title } from "../../wording.ts";

/** More would be slow to lay out and nobody reads them; the export holds all. */
const SHOWN = 200;

/** The history in numbers, the latest first. */
export function HistoryTable({ items }: { items: readonly Item[] }) {
  const caption = useId();
  const shown = items.slice(-SHOWN).reverse();
  return (
    // It scrolls, so it can be reached with the keyboard.
    <div className="history-table" role="region" aria-labelledby={caption} tabIndex={0}>
      <table>
        <caption id={caption}>
          Each message, the latest first
          {items.length > SHOWN && `; ${count(items.length - SHOWN, "earlier one")} in the export`}
        </caption>
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">Preset</th>
            <th scope="col" className="is-number">
              Tokens
            </th>
            <th scope="col" className="is-number">
              Bits, at most
            </th>
            <th scope="col" className="is-number">
              In all
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map((item) => (
            <tr key={item.id}>
              <th scope="row">
                <time dateTime={new Date(item.at).toISOString()}>{moment(item.at)}</time>
                {item.imported && <span className="history-mark"> imported</span>}
              </th>
              {item.kind === "reset" ? (
                <td colSpan={4} className="history-mark">
                  A new count began.
                </td>
              ) : (
                <>
                  <td>{item.presets.map(title).join(", ")}</td>
                  <td className="is-number">{item.tokens}</td>
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
