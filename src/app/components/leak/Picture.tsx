import { useMemo, useRef, useState, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import type { LeakReading } from "../../../sdk/types.ts";
import { t } from "../../i18n/i18n.ts";
import { placesOf, readWords, type Band, type Place, type ReadWord } from "../../leak/reading.ts";
import { bandName, placeText, tokenText } from "../../leak/sentences.ts";
import { apart, counted, directionOf, sentences, tokenLabel } from "../../wording.ts";
import { Candidates } from "./Candidates.tsx";

interface Props {
  readonly reading: LeakReading;
  readonly text: string;
}

/** The message, and word under word what was read of it. One word at a time says more: pointed at, or by arrow keys. */
export function Picture({ reading, text }: Props) {
  useTranslation();
  const list = useRef<HTMLDivElement>(null);
  const [focused, setFocused] = useState<number | null>(null);
  const [pointed, setPointed] = useState<number | null>(null);
  const places = useMemo(() => placesOf(reading, text), [reading, text]);
  const words = useMemo(() => readWords(reading, text), [reading, text]);
  const current = Math.min(focused ?? 0, places.length - 1);
  // Before anything was pointed at: the word that is read most often.
  const told = places[pointed ?? focused ?? mostRead(places)];

  const direction = directionOf(text);
  const keyed = (event: KeyboardEvent) => {
    const moves: Record<string, number> = {
      [direction === "ltr" ? "ArrowRight" : "ArrowLeft"]: Math.min(current + 1, places.length - 1),
      [direction === "ltr" ? "ArrowLeft" : "ArrowRight"]: Math.max(current - 1, 0),
      Home: 0,
      End: places.length - 1,
    };
    const next = moves[event.key];
    if (next === undefined) return;
    event.preventDefault();
    setFocused(next);
    setPointed(null);
    list.current?.querySelectorAll("button")[next]?.focus();
  };

  return (
    <div className="leak-picture">
      <LegendOfBands words={words} draws={reading.draws} />
      <div className="gloss-frame">
        <p className="gloss-sides" aria-hidden="true">
          <span>{t("leak:above")}</span>
          <span>{t("leak:pointAt")}</span>
        </p>
        <div
          ref={list}
          className="gloss"
          dir={direction}
          role="group"
          aria-label={t("leak:yourWords")}
          onKeyDown={keyed}
        >
          {places.map((place, i) => (
            <button
              key={i}
              type="button"
              className={`gloss-word is-${place.band}`}
              tabIndex={i === current ? 0 : -1}
              aria-label={spoken(place, reading)}
              onFocus={() => setFocused(i)}
              onClick={() => setFocused(i)}
              onPointerEnter={() => setPointed(i)}
              onPointerLeave={() => setPointed(null)}
            >
              <Yours place={place} />
              <Theirs place={place} />
            </button>
          ))}
        </div>
      </div>
      {/* The words say it to those who hear them. */}
      <div className="leak-told" aria-hidden="true">
        {told !== undefined && <Candidates place={told} reading={reading} />}
      </div>
    </div>
  );
}

function mostRead(places: readonly Place[]): number {
  return places.reduce((best, { readIn }, i) => (readIn > (places[best]?.readIn ?? 0) ? i : best), 0);
}

function Yours({ place }: { place: Place }) {
  return (
    <span className="gloss-yours" dir="auto">
      {place.yours.map(({ text, tint }, i) => (
        <span key={i} className={`tint-${tint}`}>
          {text}
        </span>
      ))}
    </span>
  );
}

function Theirs({ place }: { place: Place }) {
  return (
    <span className="gloss-theirs" dir="auto">
      {place.theirs.map(({ text, right }, i) => (
        <span key={i} className={right === null ? "is-known" : right ? "is-right" : "is-wrong"}>
          {text.trim() === "" ? tokenLabel(text) : text}
        </span>
      ))}
    </span>
  );
}

const SHOWN: readonly Band[] = ["readable", "risk", "hidden", "public"];

/** What the marks mean, with how many words have each. */
function LegendOfBands({ words, draws }: { words: readonly ReadWord[]; draws: number }) {
  const of = (band: Band) => words.filter((word) => word.band === band).length;
  const meaning: Record<Band, string> = {
    readable: draws === 1 ? t("leak:meansReadableOnce") : t("leak:meansReadable"),
    risk: draws === 1 ? t("leak:meansRiskOnce") : t("leak:meansRisk"),
    hidden: draws === 1 ? t("leak:meansHiddenOnce") : t("leak:meansHidden"),
    public: t("leak:meansPublic"),
  };
  return (
    <ul className="leak-legend" aria-label={t("leak:legend")}>
      {SHOWN.filter((band) => of(band) > 0 || band === "hidden").map((band) => (
        <li key={band}>
          <span className={`leak-sample is-${band}`}>{bandName(band)}</span>
          <span>
            <strong className="number">{t("common:words", counted(of(band)))}</strong>{" "}
            <span className="aside-note">{meaning[band]}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}

const plain = ({ yours }: Place) => yours.map(({ text }) => text).join("");

/** All of it as one sentence or two. */
function spoken(place: Place, reading: LeakReading): string {
  const read = place.theirs.map(({ text }) => text).join("");
  const more = place.tokens.flatMap((token) => tokenText(token, reading) ?? []);
  const first = t("leak:spoken", {
    word: apart(plain(place)),
    place: placeText(place, reading.draws),
    read: apart(read),
  });
  return sentences(first, ...more);
}
