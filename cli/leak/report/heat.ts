/** The text token by token, tinted by how sure the strongest attacker was of each. */
import type { HeatMessage } from "../audit.ts";
import { figure, percent, tokenLabel } from "../words.ts";
import { markup, type Markup } from "./markup.ts";

/** A probability from which on a tint is used, and what it is called. */
const TINTS = [
  { from: 0, name: "below 5%" },
  { from: 0.05, name: "from 5%" },
  { from: 0.2, name: "from 20%" },
  { from: 0.5, name: "from 50%" },
  { from: 0.8, name: "from 80%" },
] as const;

/** @param pieces text of each id */
export function heatPicture(messages: readonly HeatMessage[], pieces: readonly string[]): Markup {
  return markup`<ul class="legend">${TINTS.map(({ name }, tint) => markup`<li><span class="sample tint-${tint}">${name}</span></li>`)}<li><span class="sample named">named</span></li></ul>
<div class="heat">${messages.map(
    (message) =>
      markup`<p dir="auto">${message.map(({ id, leak }) => {
        const named = leak.named[0] === true ? " named" : "";
        return markup`<span class="tint-${tintOf(leak.truth)}${named}" title="${noteOf(leak, pieces)}">${pieces[id] ?? ""}</span>`;
      })}</p>`,
  )}</div>`;
}

/** The same as a table. */
export function heatTable(messages: readonly HeatMessage[], pieces: readonly string[]): Markup {
  const rows = messages
    .flat()
    .map(
      ({ id, leak }) =>
        markup`<tr><td class="text">${tokenLabel(pieces[id] ?? "")}</td><td class="text">${tokenLabel(pieces[leak.guess] ?? "")}</td><td>${leak.named[0] === true ? "yes" : "no"}</td><td class="number">${percent(leak.truth)}</td><td class="number">${figure(leak.anonymitySet)}</td></tr>`,
    );
  return markup`<table><thead><tr><th scope="col">token</th><th scope="col">named as</th><th scope="col">right</th><th scope="col">probability of the truth</th><th scope="col">hides among</th></tr></thead><tbody>${rows}</tbody></table>`;
}

/** "named ‘␣cat’; 3% for the truth. ␣cat 12%, ␣dog 8%; hides among 140". */
function noteOf({ guess, truth, candidates, anonymitySet }: HeatMessage[number]["leak"], pieces: readonly string[]) {
  const label = (id: number) => `‘${tokenLabel(pieces[id] ?? "")}’`;
  const others = candidates.map(({ id, probability }) => `${label(id)} ${percent(probability)}`).join(", ");
  return `It names ${label(guess)}, and gives the truth ${percent(truth)}.\nLikeliest: ${others}.\nHides among about ${figure(anonymitySet)}.`;
}

function tintOf(probability: number): number {
  return TINTS.filter(({ from }) => probability >= from).length - 1;
}
