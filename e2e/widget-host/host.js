/** Everything that a page around the widget can come to know: its events, and whatever is posted to its window. */
globalThis.heard = { events: [], posted: [] };
for (const name of ["ready", "sent", "reply", "error"]) {
  globalThis.addEventListener(`sotto-${name}`, (event) => globalThis.heard.events.push([name, event.detail]));
}
globalThis.addEventListener("message", ({ data }) => globalThis.heard.posted.push(data));
