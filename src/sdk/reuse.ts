/** What of a prompt is drawn anew, and what goes again as it was: pure, without an engine. */
export { freshTokens, placesInEarlier } from "../engine/reuse.ts";
