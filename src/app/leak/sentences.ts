/** What the leak preview says, in plain words. Pure. */
import type { Attacker, LeakReading, ReadToken } from "../../sdk/types.ts";
import { about, count, percent, tokenLabel } from "../wording.ts";
import type { Band, Place, Tally } from "./reading.ts";
import type { Sensitive, SensitiveKind, Verdict } from "./sensitive.ts";

/** "The server could read about 3 of 24 words; without your message it would guess 2." */
export function leakSentence(tally: Tally): string {
  const { words, blind } = tally;
  if (words === 0) {
    return tally.open > 0
      ? "Every word goes as it is: the server reads all of it."
      : "There is no word in this message.";
  }
  const private_ = tally.open > 0 ? "private word" : "word";
  return `The server could read ${readPart(tally)} ${count(words, private_)}; without your message it would guess ${blind === 0 ? "none" : blind}.`;
}

/** "3 of", of one draw; "about 3 of", of the mean of several. */
function readPart({ read, words, draws }: Tally): string {
  if (read === 0) return "none of";
  if (read === words) return "all of";
  if (draws === 1) return `${about(read)} of`;
  return read < 0.5 ? "hardly any of" : `about ${about(Math.max(1, read))} of`;
}

export const ATTACKER_NAMES: Record<Attacker, string> = {
  nearest: "The nearest word",
  bayes: "Each word by itself",
  sequence: "The whole message",
};

/** What the reader of this picture does, and that others do more. */
export function attackerNote(attacker: Attacker, finished: boolean): string {
  switch (attacker) {
    case "nearest":
      return `A simple reader: for each word it takes the nearest one it knows. ${finished ? "Stronger ones" : "The stronger ones"} read more.`;
    case "bayes":
      return "A reader who knows the noise and how common each word is, and looks at each word by itself. One who uses the words around it reads more.";
    case "sequence":
      return "The strongest reader we know of: it knows the noise, and weighs the whole message with a language model. A better one may come.";
  }
}

export const NOT_COVERED =
  "Not in this picture: the reply, which the server writes and reads; how long your message is; and words you send in the clear.";

const KINDS: Record<SensitiveKind, string> = {
  marked: "Your mark",
  email: "E-mail address",
  url: "Link",
  date: "Date",
  card: "Card number",
  phone: "Phone number",
  amount: "Amount",
  number: "Number",
  name: "Name",
};

export function kindName({ kind }: Sensitive): string {
  return KINDS[kind];
}

/** "readable in 3 of 8 tries"; of the one draw that left, "readable". */
export function verdictText(verdict: Verdict, draws: number): string {
  switch (verdict.read) {
    case "public":
      return "public: the server reads it";
    case "hidden":
      return draws === 1 ? "not readable" : `not readable in any of ${draws} tries`;
    case "partly":
      return "readable in part, never as a whole";
    case "readable":
      return draws === 1 ? "readable" : `readable in ${verdict.draws} of ${draws} tries`;
  }
}

export const BAND_NAMES: Record<Band, string> = {
  hidden: "Hidden",
  risk: "At risk",
  readable: "Read",
  public: "Public",
};

/** How often a place was read: "read in 3 of 8 tries". */
export function placeText({ band, readIn }: Place, draws: number): string {
  if (band === "public") return "public: the server reads it";
  if (readIn === 0 && band === "risk") return "read in part, never as a whole";
  if (draws === 1) return readIn === 0 ? "hidden" : "read";
  return readIn === 0 ? `hidden in all ${draws} tries` : `read in ${readIn} of ${draws} tries`;
}

/** "It gives ‘fox’ 3%. Likeliest: ‘cat’ 12%, ‘dog’ 8%; hides among about 140 words." Null for a public token. */
export function tokenText({ text, leak }: ReadToken, { attacker, draws }: LeakReading): string | null {
  if (leak === null) return null;
  const word = `‘${tokenLabel(text)}’`;
  const times = leak.named.filter(Boolean).length;
  // The nearest row has no probabilities.
  if (attacker === "nearest") {
    const named = [...new Set(leak.candidates.map((candidate) => `‘${tokenLabel(candidate.text)}’`))].join(", ");
    return `${word} was read in ${times} of ${draws === 1 ? "1 try" : `${draws} tries`}. Read here: ${named}.`;
  }
  const others = leak.candidates.map(
    ({ text: other, probability }) => `‘${tokenLabel(other)}’ ${percent(probability)}`,
  );
  return `It gives ${word} ${percent(leak.truth)}. Likeliest: ${others.join(", ")}; ${hidesAmong(leak.anonymitySet)}.`;
}

/** "hides among about 140 words": 2^entropy of its posterior. */
export function hidesAmong(anonymitySet: number): string {
  return anonymitySet < 1.5 ? "is hardly hidden" : `hides among about ${count(Math.round(anonymitySet), "word")}`;
}
