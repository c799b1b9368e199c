import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Attacker, LeakReading, Manifest } from "../../../sdk/types.ts";
import { readWords, tallyOf } from "../../leak/reading.ts";
import { sensitiveIn, verdictOn, type Sensitive, type Verdict } from "../../leak/sensitive.ts";
import { attackerName, attackerNote, kindName, leakSentence, verdictText } from "../../leak/sentences.ts";
import type { LeakState } from "../../leak/state.ts";
import { arrived } from "../../leak/state.ts";
import { isStronger } from "../../leak/stronger.ts";
import type { Message } from "../../state.ts";
import { counted, sentences } from "../../wording.ts";
import { Picture } from "./Picture.tsx";

interface Props {
  readonly manifest: Manifest;
  readonly of: Message;
  readonly reading: LeakReading;
  /** It is of an earlier text. */
  readonly stale: boolean;
  /** All readers have read. */
  readonly finished: boolean;
}

/** What was read of a message: the sentence, the passages to look at first, and the picture. */
export function Result({ manifest, of, reading, stale, finished }: Props) {
  const { t } = useTranslation("leak");
  const words = useMemo(() => readWords(reading, of.text), [reading, of]);
  const called = useMemo(
    () =>
      sensitiveIn(of, (treatment) => isStronger(manifest, treatment, of.preset)).map((passage) => ({
        passage,
        verdict: verdictOn(passage, reading, of.text),
      })),
    [manifest, of, reading],
  );
  return (
    <div className={stale ? "leak-result is-stale" : "leak-result"}>
      {stale && <p className="leak-stale">{t("earlierText")}</p>}
      <p className="leak-sentence" data-testid="leak-sentence">
        {leakSentence(tallyOf(words, reading.draws))}
      </p>
      <CalledOut called={called} draws={reading.draws} />
      <Picture reading={reading} text={of.text} />
      <p className="aside-note">{sentences(attackerNote(reading, finished), t("notCovered"))}</p>
    </div>
  );
}

const MOST = 8;
const RANK: Record<Verdict["read"], number> = { readable: 0, partly: 1, public: 2, hidden: 3 };

interface Called {
  readonly passage: Sensitive;
  readonly verdict: Verdict;
}

/** Numbers, addresses, names and marks, those that can be read first. */
function CalledOut({ called, draws }: { called: readonly Called[]; draws: number }) {
  const { t } = useTranslation("leak");
  if (called.length === 0) return null;
  const times = ({ verdict }: Called) => (verdict.read === "readable" ? verdict.draws : 0);
  const sorted = [...called].sort((a, b) => RANK[a.verdict.read] - RANK[b.verdict.read] || times(b) - times(a));
  const rest = sorted.slice(MOST);
  return (
    <div className="called">
      <p className="small-title">{t("lookFirst")}</p>
      <ul aria-label={t("lookFirst")}>
        {sorted.slice(0, MOST).map(({ passage, verdict }) => (
          <li key={passage.start} className={`called-item is-${verdict.read}`}>
            <span className="called-text" dir="auto">
              {passage.text}
            </span>
            <span className="aside-note">{kindName(passage)}</span>
            <span className="called-verdict">{verdictText(verdict, draws)}</span>
          </li>
        ))}
      </ul>
      {rest.length > 0 && <p className="aside-note">{t("andMore", counted(rest.length))}</p>}
    </div>
  );
}

/** Before anybody has read. */
const FIRST: readonly Attacker[] = ["nearest"];

/** Which readers have read: they arrive one after another, the strongest last. */
export function Readers({ state }: { state: LeakState }) {
  const { t } = useTranslation("leak");
  const last = arrived(state);
  const readers = last?.attackers ?? FIRST;
  const done = last === null ? 0 : readers.indexOf(last.attacker) + 1;
  const running = state.status === "running";
  return (
    <ol className="stages" aria-label={t("readers")}>
      {readers.slice(0, running ? done + 1 : done).map((attacker, i) => (
        <li key={attacker} className={i === done ? "is-now" : undefined}>
          {i === done ? t("underWay", { reader: attackerName(attacker) }) : attackerName(attacker)}
        </li>
      ))}
    </ol>
  );
}
