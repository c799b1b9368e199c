/** What it takes to show a reading: the order of the attackers, and which tokens make up a word. */
export { ATTACKERS } from "../core/attack/report.ts";
export { extentsOf, tokensIn, wordsOf, type Word } from "../core/text/words.ts";
