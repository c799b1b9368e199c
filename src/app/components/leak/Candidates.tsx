import { useRef } from "react";
import { useTranslation } from "react-i18next";
import type { LeakReading, ReadToken } from "../../../sdk/types.ts";
import { useCustomProperty } from "../../hooks/useCustomProperty.ts";
import type { Place } from "../../leak/reading.ts";
import { t } from "../../i18n/i18n.ts";
import { placeText, wordHidesAmong } from "../../leak/sentences.ts";
import { counted, percent, tokenLabel } from "../../wording.ts";

/** What the server would hold for probable in place of one word. */
export function Candidates({ place, reading }: { place: Place; reading: LeakReading }) {
  useTranslation();
  const word = place.yours
    .map(({ text }) => text)
    .join("")
    .trim();
  const secret = place.tokens.filter(({ leak }) => leak !== null);
  return (
    <>
      <p className="told-word">
        <span className={`leak-sample is-${place.band}`} dir="auto">
          {word}
        </span>{" "}
        {placeText(place, reading.draws)}
        {place.tokens.length > 1 && (
          <span className="aside-note">{t("leak:inPieces", counted(place.tokens.length))}</span>
        )}
      </p>
      <div className="told-tokens">
        {secret.map((token, i) => (
          <Token key={i} token={token} reading={reading} />
        ))}
      </div>
    </>
  );
}

function Token({ token, reading }: { token: ReadToken; reading: LeakReading }) {
  const { leak } = token;
  if (leak === null) return null;
  if (reading.attacker === "nearest") {
    return <p className="aside-note">{t("leak:candidatesLater")}</p>;
  }
  const listed = leak.candidates.some(({ id }) => id === token.id);
  const rows = listed
    ? leak.candidates
    : [...leak.candidates, { id: token.id, text: token.text, probability: leak.truth }];
  return (
    <div className="told-token">
      <ul>
        {rows.map(({ id, text, probability }) => (
          <Row key={id} text={text} probability={probability} right={id === token.id} />
        ))}
      </ul>
      <p className="aside-note">{wordHidesAmong(token.text, leak.anonymitySet)}</p>
    </div>
  );
}

function Row({ text, probability, right }: { text: string; probability: number; right: boolean }) {
  const bar = useRef<HTMLSpanElement>(null);
  useCustomProperty(bar, "--share", String(probability));
  return (
    <li className={right ? "told-row is-right" : "told-row"}>
      <span dir="auto">{tokenLabel(text)}</span>
      <span ref={bar} className="bar" />
      <span className="number">{percent(probability)}</span>
    </li>
  );
}
