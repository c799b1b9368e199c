import { useMemo, useRef, useState, type KeyboardEvent } from "react";
import type { LeakReading } from "../../../sdk/types.ts";
import { placesOf, readWords, type Band, type Place, type ReadWord } from "../../leak/reading.ts";
import { BAND_NAMES, placeText, tokenText } from "../../leak/sentences.ts";
import { count, tokenLabel } from "../../wording.ts";
import { Candidates } from "./Candidates.tsx";

interface Props {
  readonly reading: LeakReading;
  readonly text: string;
}

/** The message, and word under word what was read of it. One word at a time says more: pointed at, or by arrow keys. */
export function Picture({ reading, text }: Props) {
  const list = useRef<HTMLDivElement>(null);
  const [focused, setFocused] = useState<number | null>(null);
  const [pointed, setPointed] = useState<number | null>(null);
  const places = useMemo(() => placesOf(reading, text), [reading, text]);
  const words = useMemo(() => readWords(reading, text), [reading, text]);
  const current = Math.min(focused ?? 0, places.length - 1);
  // Before anything was pointed at: the word that is read most often.
  const told = places[pointed ?? focused ?? mostRead(places)];

  const keyed = (event: KeyboardEvent) => {
    const moves: Record<string, number> = {
      ArrowRight: Math.min(current + 1, places.length - 1),
      ArrowLeft: Math.max(current - 1, 0),
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
          <span>Above: what you wrote. Below: what it reads there.</span>
          <span>Point at a word, tap it, or use the arrow keys.</span>
        </p>
        <div
          ref={list}
          className="gloss"
          role="group"
          aria-label="Your words, and what the server would read in their place"
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
    readable: draws === 1 ? "read" : "read more often than not",
    risk: draws === 1 ? "read in part" : "read now and then, or in part",
    hidden: draws === 1 ? "taken for something else" : "taken for something else each time",
    public: "sent in the clear",
  };
  return (
    <ul className="leak-legend" aria-label="What the marks mean">
      {SHOWN.filter((band) => of(band) > 0 || band === "hidden").map((band) => (
        <li key={band}>
          <span className={`leak-sample is-${band}`}>{BAND_NAMES[band]}</span>
          <span>
            <strong className="number">{count(of(band), "word")}</strong>{" "}
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
  return [`‘${plain(place)}’: ${placeText(place, reading.draws)}, read here as ‘${read}’.`, ...more].join(" ");
}
