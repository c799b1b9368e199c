/** What the leak preview says, in plain words. Pure, but for the language. */
import type { Attacker, LeakReading, ReadToken } from "../../sdk/types.ts";
import { t } from "../i18n/i18n.ts";
import { about, apart, counted, listed, percent, sentences, tokenLabel } from "../wording.ts";
import type { Band, Place, Tally } from "./reading.ts";
import type { Sensitive, Verdict } from "./sensitive.ts";

/** "The server could read about 3 of 24 words; without your message it would guess 2." */
export function leakSentence(tally: Tally): string {
  const { words, blind } = tally;
  if (words === 0) return tally.open > 0 ? t("leak:everyWordOpen") : t("leak:noWord");
  return t("leak:couldRead", { share: share(tally), blind: blind === 0 ? t("leak:blindNone") : about(blind) });
}

/** "3 of 24 words", of one draw; "about 3 of 24 words", of the mean of several. */
function share({ read, words, draws, open }: Tally): string {
  const of = counted(words);
  const some = { ...of, read: about(read) };
  if (open > 0) {
    if (read === 0) return t("leak:noneOfPrivate", of);
    if (read === words) return t("leak:allOfPrivate", of);
    if (draws === 1) return t("leak:someOfPrivate", some);
    return read < 0.5
      ? t("leak:hardlyOfPrivate", of)
      : t("leak:aboutOfPrivate", { ...of, read: about(Math.max(1, read)) });
  }
  if (read === 0) return t("leak:noneOf", of);
  if (read === words) return t("leak:allOf", of);
  if (draws === 1) return t("leak:someOf", some);
  return read < 0.5 ? t("leak:hardlyOf", of) : t("leak:aboutOf", { ...of, read: about(Math.max(1, read)) });
}

export function attackerName(attacker: Attacker): string {
  switch (attacker) {
    case "nearest":
      return t("leak:readerNearest");
    case "bayes":
      return t("leak:readerBayes");
    case "sequence":
      return t("leak:readerSequence");
    case "denoiser":
      return t("leak:readerDenoiser");
  }
}

/** What the reader of this picture does, and that others do more. */
export function attackerNote({ attacker, attackers }: LeakReading, finished: boolean): string {
  const strongest = attackers.at(-1) === attacker;
  switch (attacker) {
    case "nearest":
      return finished ? t("leak:noteNearest") : t("leak:noteNearestMore");
    case "bayes":
      return t("leak:noteBayes");
    case "sequence":
      return sentences(t("leak:noteSequence"), t(strongest ? "leak:noteStrongest" : "leak:noteDenoiserMore"));
    case "denoiser":
      return sentences(t("leak:noteDenoiser"), t(strongest ? "leak:noteStrongest" : "leak:noteSequenceMore"));
  }
}

const KINDS = {
  marked: "leak:kindMarked",
  email: "leak:kindEmail",
  url: "leak:kindUrl",
  date: "leak:kindDate",
  card: "leak:kindCard",
  phone: "leak:kindPhone",
  amount: "leak:kindAmount",
  number: "leak:kindNumber",
  name: "leak:kindName",
} as const;

export function kindName({ kind }: Sensitive): string {
  return t(KINDS[kind]);
}

/** "readable in 3 of 8 tries"; of the one draw that left, "readable". */
export function verdictText(verdict: Verdict, draws: number): string {
  switch (verdict.read) {
    case "public":
      return t("leak:isPublic");
    case "hidden":
      return draws === 1 ? t("leak:notReadable") : t("leak:notReadableIn", counted(draws));
    case "partly":
      return t("leak:partlyReadable");
    case "readable":
      return draws === 1
        ? t("leak:readable")
        : t("leak:readableIn", { ...counted(draws), draws: about(verdict.draws) });
  }
}

const BANDS = {
  hidden: "leak:bandHidden",
  risk: "leak:bandRisk",
  readable: "leak:bandReadable",
  public: "leak:bandPublic",
} as const;

export function bandName(band: Band): string {
  return t(BANDS[band]);
}

/** How often a place was read: "read in 3 of 8 tries". */
export function placeText({ band, readIn }: Pick<Place, "band" | "readIn">, draws: number): string {
  if (band === "public") return t("leak:isPublic");
  if (readIn === 0 && band === "risk") return t("leak:placePartly");
  if (draws === 1) return readIn === 0 ? t("leak:placeHidden") : t("leak:placeRead");
  return readIn === 0
    ? t("leak:placeHiddenIn", counted(draws))
    : t("leak:placeReadIn", { ...counted(draws), draws: about(readIn) });
}

/** "It gives ‘fox’ 3%. Likeliest: ‘cat’ 12%, ‘dog’ 8%; hides among about 140 words." Null for a public token. */
export function tokenText({ text, leak }: ReadToken, { attacker, draws }: LeakReading): string | null {
  if (leak === null) return null;
  const word = apart(tokenLabel(text));
  // The nearest row has no probabilities.
  if (attacker === "nearest") {
    const times = leak.named.filter(Boolean).length;
    const named = new Set(leak.candidates.map(({ text }) => t("leak:quoted", { word: apart(tokenLabel(text)) })));
    return t("leak:wasReadIn", { ...counted(draws), word, draws: about(times), named: listed([...named]) });
  }
  const others = leak.candidates.map(({ text: other, probability }) =>
    t("leak:candidate", { word: apart(tokenLabel(other)), percent: percent(probability) }),
  );
  return t("leak:gives", {
    word,
    percent: percent(leak.truth),
    others: listed(others),
    hides: hidesAmong(leak.anonymitySet),
  });
}

/** "hides among about 140 words": 2^entropy of its posterior. */
export function hidesAmong(anonymitySet: number): string {
  return isHardlyHidden(anonymitySet)
    ? t("leak:hardlyHidden")
    : t("leak:hidesAmong", counted(Math.round(anonymitySet)));
}

/** "‘fox’ hides among about 140 words" */
export function wordHidesAmong(text: string, anonymitySet: number): string {
  const word = apart(tokenLabel(text));
  return isHardlyHidden(anonymitySet)
    ? t("leak:wordHardlyHidden", { word })
    : t("leak:wordHidesAmong", { ...counted(Math.round(anonymitySet)), word });
}

function isHardlyHidden(anonymitySet: number): boolean {
  return anonymitySet < 1.5;
}
