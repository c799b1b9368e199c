/** How the report looks: the page's colours and faces (src/app/styles), on paper too. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#f5f0e6, #14171e);
  --paper: light-dark(#fdfaf3, #1b1f28);
  --ink: light-dark(#201c17, #ebe6da);
  --ink-soft: light-dark(#5c5448, #aca796);
  --rule: light-dark(#e0d7c6, #2f3541);
  --edge: light-dark(#8d8271, #79808f);
  --accent: light-dark(#a5371f, #f3987f);
  --wash: light-dark(#f0e8d9, #242a35);
  --high: light-dark(#b23a1e, #f3987f);
  --low: light-dark(#2c5f93, #86b7dd);
  --sans: "Inter Variable", Inter, system-ui, "Segoe UI", sans-serif;
  --serif: "Source Serif 4 Variable", Charter, Georgia, serif;
}
*, *::before, *::after { box-sizing: border-box; }
html { background: var(--ground); color: var(--ink); font: 400 100% / 1.55 var(--sans); -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; font-size: 0.9375rem; overflow-wrap: break-word; }
main { display: grid; grid-template-columns: minmax(0, 1fr); gap: 3rem; max-inline-size: 68rem; margin-inline: auto; padding: clamp(1.25rem, 4vw, 3.5rem) clamp(1rem, 4vw, 2.5rem) 4rem; }
h1, h2, p, ul, dl, dd, figure { margin: 0; padding: 0; }
ul { list-style: none; }
header, section { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1rem; }
.brand { font: 500 1.0625rem/1.3 var(--serif); }
.brand b { color: var(--accent); font-weight: 600; }
h1 { font: 400 clamp(1.625rem, 1.1rem + 2.4vw, 2.625rem) / 1.2 var(--serif); letter-spacing: -0.012em; text-wrap: balance; max-inline-size: 24em; }
h2 { font: 400 1.375rem/1.3 var(--serif); letter-spacing: -0.005em; }
.lead { font: 400 1.125rem/1.5 var(--serif); max-inline-size: 65ch; }
.soft { color: var(--ink-soft); font-size: 0.8125rem; max-inline-size: 75ch; }
.notice { padding: 0.75rem 1rem; border-inline-start: 3px solid var(--accent); background: var(--wash); font-size: 0.875rem; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(10rem, 100%), 1fr)); gap: 0.75rem 1.5rem; padding-block: 1rem; border-block: 1px solid var(--rule); }
.facts dt { color: var(--ink-soft); font-size: 0.8125rem; }
.facts dd { font-weight: 500; font-variant-numeric: tabular-nums; }
.wide { overflow-x: auto; }
table { inline-size: 100%; border-collapse: collapse; font-size: 0.875rem; }
th, td { padding: 0.5rem 1rem 0.5rem 0; border-block-end: 1px solid var(--rule); text-align: start; vertical-align: baseline; }
thead th { color: var(--ink-soft); font-size: 0.8125rem; font-weight: 500; }
tbody th { font-weight: 500; }
tbody th small { display: block; color: var(--ink-soft); font-size: 0.75rem; font-weight: 400; line-height: 1.45; max-inline-size: 36ch; }
td.number { font-variant-numeric: tabular-nums; white-space: nowrap; }
td.text { font-family: var(--serif); overflow-wrap: anywhere; white-space: pre-wrap; }
td small { display: block; color: var(--ink-soft); font-size: 0.75rem; }
.readers td { min-inline-size: 6rem; }
.readers .meter { min-inline-size: 9rem; }
.meter svg { display: block; inline-size: 100%; max-inline-size: 14rem; block-size: 0.75rem; margin-block-start: 0.25rem; overflow: visible; }
.meter .rail { fill: var(--rule); }
.meter .share { fill: var(--high); }
.meter .spread { stroke: var(--ink); stroke-width: 1.5; }
.meter .nothing { stroke: var(--low); stroke-width: 2; }
.legend { display: flex; flex-wrap: wrap; align-items: center; align-content: start; gap: 0.375rem 1.125rem; font-size: 0.8125rem; color: var(--ink-soft); }
.legend li { display: flex; align-items: center; gap: 0.5rem; }
.legend .sample { padding: 0.0625rem 0.375rem; color: var(--ink); }
.key { inline-size: 28px; block-size: 12px; flex: none; }
.heat { display: grid; gap: 1rem; padding: 1.25rem clamp(1rem, 3vw, 2rem) 1.5rem; border-radius: 0.375rem; background: var(--paper); font: 400 1.125rem/2 var(--serif); }
.heat p { max-inline-size: 46em; white-space: pre-wrap; overflow-wrap: anywhere; }
.heat span { border-radius: 2px; padding-block: 0.125rem; }
.tint-1 { background: color-mix(in oklab, var(--high) 9%, transparent); }
.tint-2 { background: color-mix(in oklab, var(--high) 18%, transparent); }
.tint-3 { background: color-mix(in oklab, var(--high) 28%, transparent); }
.tint-4 { background: color-mix(in oklab, var(--high) 40%, transparent); }
.legend .tint-0 { box-shadow: inset 0 0 0 1px var(--rule); }
.named { border-block-end: 2px solid var(--high); }
.pair { display: grid; grid-template-columns: minmax(0, 1fr); gap: 3rem 2.5rem; }
figure { display: grid; align-content: start; grid-template-columns: minmax(0, 1fr); gap: 0.875rem; }
.chart { display: block; inline-size: 100%; max-inline-size: 34rem; block-size: auto; font-family: var(--sans); }
.chart text { fill: var(--ink-soft); font-size: 11.5px; font-variant-numeric: tabular-nums; }
.chart .flag text { fill: var(--ink-soft); }
.chart .here text { fill: var(--ink); font-weight: 600; }
.chart .grid { stroke: var(--rule); }
.chart .flag line { stroke: var(--edge); stroke-dasharray: 1 3; }
.chart .here line { stroke: var(--ink); stroke-dasharray: none; stroke-opacity: 0.55; }
.blind { stroke: var(--ink-soft); stroke-width: 1.5; stroke-dasharray: 5 4; }
.round { --line: var(--low); }
.square { --line: var(--high); }
.diamond { --line: var(--ink-soft); }
.band { fill: var(--line); fill-opacity: 0.16; }
.line polyline { fill: none; stroke: var(--line); stroke-width: 2; stroke-linejoin: round; }
.key line { stroke: var(--line); stroke-width: 2; }
.mark { fill: var(--line); }
summary { cursor: pointer; color: var(--ink-soft); font-size: 0.8125rem; padding-block: 0.25rem; }
summary:hover { color: var(--accent); }
details[open] summary { margin-block-end: 0.5rem; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 3px; border-radius: 2px; }
.scroll { max-block-size: 26rem; overflow: auto; }
@media (min-width: 60rem) {
  .pair { grid-template-columns: repeat(2, minmax(0, 1fr)); row-gap: 0.875rem; }
  /* Title, legend, picture and table of both in line. */
  .pair figure { grid-row: span 4; grid-template-rows: subgrid; }
}
@media (max-width: 44rem) {
  .chart text { font-size: 13.5px; }
  .readers thead { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); }
  .readers tr { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0.5rem 1rem; padding-block: 0.875rem; border-block-end: 1px solid var(--rule); }
  .readers th, .readers td { padding: 0; border: 0; }
  .readers tbody th, .readers .meter { grid-column: 1 / -1; }
  .readers .meter svg { max-inline-size: none; }
  .readers td::before { content: attr(data-name); display: block; color: var(--ink-soft); font-size: 0.75rem; }
}
@media print {
  :root { color-scheme: light; --ground: #fff; --paper: #fff; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  main { gap: 1.75rem; padding: 0; }
  .heat { padding-inline: 0; }
  figure, tr, .heat p { break-inside: avoid; }
  h2 { break-after: avoid; }
  details:not([open]) { display: none; }
  .scroll { max-block-size: none; overflow: visible; }
}
`;
