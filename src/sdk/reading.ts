/** What it takes to show a reading: the order of the attackers, the one a preset is called by, and which tokens make up a word. */
export { attackersAgainst, mostOfRare, strongestAttacker } from "../core/bundle/strongest.ts";
export { extentsOf, tokensIn, wordsOf, type Word } from "../core/text/words.ts";
