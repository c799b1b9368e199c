/**
 * Text that another app shares. The browser posts it to an address at which only this worker answers: it goes to no server, into no
 * address and on no disk. It waits here, in memory, for the page that is opened for it, and is given away once.
 */
import { isPage } from "../../../sdk/shell.ts";
import { MOST_SHARED, SHARED_PAGE } from "../messages.ts";

/** How long it waits, in ms. */
const PATIENCE = 60_000;

let waiting: string | null = null;

/** Take the text of a share, and send the browser on to the page. */
export async function receiveShared(request: Request): Promise<Response> {
  try {
    const form = await request.formData();
    const parts = ["title", "text", "url"].map((name) => form.get(name)).filter((part) => typeof part === "string");
    const text = [...new Set(parts.map((part) => part.trim()))].filter((part) => part !== "").join("\n");
    const mine = text.slice(0, MOST_SHARED);
    waiting = mine === "" ? null : mine;
    setTimeout(() => {
      if (waiting === mine) waiting = null;
    }, PATIENCE);
  } catch {
    // No form: the page opens without a text.
  }
  return Response.redirect(SHARED_PAGE, 303);
}

/** Give it to the page that asks by this message, through the port that came with it: null where there is nothing. */
export function handOver(event: ExtendableMessageEvent): void {
  const [port] = event.ports;
  const { source } = event;
  if (port === undefined || !(source instanceof WindowClient)) return;
  // The widget, in another's page, gets nothing.
  const asks = source.frameType !== "nested" && isPage(new URL(source.url).pathname);
  port.postMessage(asks ? waiting : null);
  if (asks) waiting = null;
}
