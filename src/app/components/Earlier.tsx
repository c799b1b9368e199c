import { replyOf, type Turn } from "../state.ts";
import { count, title } from "../wording.ts";

/** Messages sent before the one that is shown. They live in this tab's memory only. */
export function Earlier({ turns }: { turns: readonly Turn[] }) {
  if (turns.length === 0) return null;
  return (
    <details className="earlier">
      <summary>{count(turns.length, "earlier message")}</summary>
      <p className="aside-note">Kept in this tab only; gone when it is closed.</p>
      <ol>
        {turns.map((turn) => (
          <li key={turn.id}>
            <p className="prose">
              <span className="sent-text">{turn.text}</span> {replyOf(turn).trimStart()}
            </p>
            <p className="aside-note">{title(turn.preset)}</p>
          </li>
        ))}
      </ol>
    </details>
  );
}
