/** The report of an audit: one HTML file that needs no script and no network. */
import { createHash } from "node:crypto";
import type { Audit, HeatMessage, Pictures } from "../audit.ts";
import { attackersOf, cellsOf, COLUMNS, textSize, type Subject } from "../audit-table.ts";
import type { AttackerFigures } from "../figures.ts";
import { priorName } from "../priors.ts";
import {
  ATTACKER_NAMES,
  ATTACKER_NOTES,
  count,
  figure,
  interval,
  percent,
  repeatSentence,
  sentence,
} from "../words.ts";
import { chartPicture, legendOf, type Chart } from "./chart.ts";
import { heatPicture, heatTable } from "./heat.ts";
import { markup, trusted, written, type Markup } from "./markup.ts";
import { muChart, releasesChart } from "./curves.ts";
import { STYLE } from "./style.ts";

export interface Report {
  readonly subject: Subject & {
    /** Title of the bundle. */
    readonly title: string;
    readonly presets: readonly { readonly name: string; readonly mu: number }[];
  };
  readonly audit: Audit;
  readonly pictures: Pictures;
  /** Text of each id. */
  readonly pieces: readonly string[];
}

/** The whole file. */
export function reportPage({ subject, audit, pictures, pieces }: Report): string {
  const title = `Audit of ${subject.bundle}, preset ${subject.preset}`;
  const charts = [muChart(subject, pictures), releasesChart(audit, pictures)];
  // The policy keeps it so: nothing that a text could smuggle in is run or fetched.
  const page = markup`<html lang="en">
<head>
<meta charset="utf-8"/>
<meta http-equiv="Content-Security-Policy" content="${POLICY}"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta name="color-scheme" content="light dark"/>
<meta name="referrer" content="no-referrer"/>
<title>${title}</title>
<style>${STYLE_MARKUP}</style>
</head>
<body>
<main>
<header>
<p class="brand"><b>Sotto</b> · what a server could read</p>
<h1>${sentence(audit)}</h1>
<p class="lead">${repeatSentence(audit)}</p>
<p class="notice" role="note"><strong>This file contains the audited text</strong>, word for word. Keep it as you keep the text.</p>
${factsOf(subject, audit)}
</header>
<section aria-labelledby="readers">
<h2 id="readers">The readers</h2>
<div class="wide">${readersTable(audit)}</div>
<p class="soft">Reads: the share of tokens it names, with the 95% interval; the thin line is the interval, the blue mark what such a reader names
without your message. Rare tokens: those less common than 1 in 10,000, names among them. Bits a token: how much more probable the
truth became than to the same reader without your message; one who knows more of language has less to gain. Hides among: so many
equally likely tokens.</p>
</section>
${heatSection(audit, pictures.heat, pieces)}
<section aria-labelledby="curves">
<h2 id="curves">With less noise, and with more releases</h2>
<p class="soft">Measured on ${count(pictures.curveTokens, "token")}${pictures.curveTokens < audit.tokens ? ` of ${count(audit.tokens, "token")}, taken evenly from the text` : ", the whole text"}. The bands are 95% intervals.</p>
<div class="pair">${charts.map(chartFigure)}</div>
</section>
<footer class="soft"><p>These are the attacks we know of, on this text, with fresh draws of the noise; a better one may come. Not counted: the reply, which the server
writes and reads; the number of tokens; the time. The bound that holds for every attacker is in bits and in (epsilon, delta): sotto account.</p></footer>
</main>
</body>
</html>`;
  return `<!DOCTYPE html>\n${written(page)}\n`;
}

/** One style sheet, this one, and nothing else. */
const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

// A style is no text to be escaped; it is ours, and has nothing of the text in it.
const STYLE_MARKUP = trusted(STYLE);

function factsOf({ title, preset, mu, prior }: Report["subject"], audit: Audit): Markup {
  const facts: [string, string][] = [
    ["Bundle", title],
    ["Preset", `${preset}, mu ${figure(mu)}`],
    ["Text", textSize(audit)],
    ["The reader knows", priorName(prior)],
    ["Always naming the commonest token", percent(audit.baseline)],
  ];
  return markup`<dl class="facts">${facts.map(([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

function readersTable(audit: Audit): Markup {
  const notes = [
    ATTACKER_NOTES.nearest,
    ATTACKER_NOTES.bayes,
    ATTACKER_NOTES.sequence,
    ...(audit.denoiser === null ? [] : [ATTACKER_NOTES.denoiser]),
    `the same text released ${audit.repeat} times with fresh noise, all of it seen.`,
  ];
  const rows = attackersOf(audit).map(([name, figures], i) => {
    const [reads = "", ...cells] = cellsOf(figures);
    return markup`<tr><th scope="row">${capital(name)}<small>${capital(notes[i] ?? "")}</small></th><td class="meter number" data-name="${COLUMNS[1] ?? ""}">${reads}${figures === null ? null : meterOf(figures)}</td>${cells.map((cell, c) => markup`<td class="number" data-name="${COLUMNS[c + 2] ?? ""}">${cell}</td>`)}</tr>`;
  });
  return markup`<table class="readers"><thead><tr>${COLUMNS.map((name) => markup`<th scope="col">${name}</th>`)}</tr></thead><tbody>${rows}</tbody></table>`;
}

/** The share as a bar with its interval and its baseline. The cell says it in numbers. */
function meterOf({ recovery, baseline }: AttackerFigures): Markup {
  const at = (share: number) => Math.round(2000 * share) / 10;
  return markup`<svg viewBox="0 0 200 12" preserveAspectRatio="none" aria-hidden="true"><rect class="rail" x="0" y="4" width="200" height="4"/><rect class="share" x="0" y="4" width="${at(recovery.share)}" height="4"/><line class="spread" x1="${at(recovery.low)}" x2="${at(recovery.high)}" y1="6" y2="6"/><line class="nothing" x1="${at(baseline)}" x2="${at(baseline)}" y1="0" y2="12"/></svg>`;
}

function heatSection(audit: Audit, heat: readonly HeatMessage[], pieces: readonly string[]): Markup {
  const shown = heat.flat().length;
  const part = shown < audit.tokens ? `the first ${count(shown, "token")}` : "the text";
  return markup`<section aria-labelledby="heat">
<h2 id="heat">What it read, token by token</h2>
<p class="soft">Here ${part}, as the strongest reader has it (${ATTACKER_NAMES[audit.strongest]}) after one release. The tint is the probability it gives the truth; underlined is what it names
rightly. Point at a token for what it holds likely.</p>
${heatPicture(heat, pieces)}
<details><summary>The same as a table</summary><div class="wide scroll">${heatTable(heat, pieces)}</div></details>
</section>`;
}

function chartFigure(chart: Chart): Markup {
  const rows = chart.lines.flatMap(({ name, points }) =>
    points.map(
      ({ x, share }) =>
        markup`<tr><td class="number">${figure(x)}</td><td>${name}</td><td class="number">${percent(share.share)}</td><td class="number">${interval(share)}</td></tr>`,
    ),
  );
  return markup`<figure><figcaption><strong>${chart.title}</strong></figcaption>${legendOf(chart)}${chartPicture(chart)}
<details><summary>The same as a table</summary><div class="wide"><table><thead><tr><th scope="col">${chart.axis.name}</th><th scope="col">reader</th><th scope="col">reads</th><th scope="col">95% interval</th></tr></thead><tbody>${rows}</tbody></table></div></details></figure>`;
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
