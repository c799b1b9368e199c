/** Everything a page sends, and the ways a text could hide in it. */
import type { Page, Request } from "@playwright/test";

/** One request as it left: the body as bytes, and the private prompt decoded where there is one. */
export interface Sent {
  readonly method: string;
  readonly url: URL;
  readonly parts: readonly Buffer[];
  readonly frame: Buffer | null;
}

/** Record every request of a page and its workers from now on. */
export function recordTraffic(page: Page): {
  readonly sent: Sent[];
  readonly sockets: string[];
  completions(): Sent[];
} {
  const sent: Sent[] = [];
  const sockets: string[] = [];
  page.on("websocket", (socket) => sockets.push(socket.url()));
  page.context().on("request", (request) => sent.push(ofPage(request)));
  return { sent, sockets, completions: () => sent.filter((s) => s.url.pathname === "/v1/completions") };
}

function ofPage(request: Request): Sent {
  return asSent(request.method(), new URL(request.url()), request.headers(), request.postDataBuffer());
}

/** A request in every form that a text could be looked for in. */
export function asSent(method: string, url: URL, fields: object, body: Buffer | null): Sent {
  const frame = body === null ? null : frameOf(body);
  const headers = Buffer.from(JSON.stringify(fields));
  const address = [url.href, decodeURIComponent(url.href)].map((text) => Buffer.from(text));
  const parts = [...address, headers, ...(body === null ? [] : [body, ...decoded(body)]), ...(frame ? [frame] : [])];
  return { method, url, frame, parts };
}

/** A body read as a form, and every run in it that could be base64. */
function decoded(body: Buffer): Buffer[] {
  const text = body.toString("latin1");
  const runs = text.match(/[A-Za-z0-9+/_-]{12,}={0,2}/g) ?? [];
  const form = [...new URLSearchParams(text)].flat().join("\n");
  return [Buffer.from(form), ...runs.map((run) => Buffer.from(run, "base64"))];
}

function frameOf(body: Buffer): Buffer | null {
  try {
    const parsed = JSON.parse(body.toString("utf8")) as { private_prompt?: unknown };
    return typeof parsed.private_prompt === "string" ? Buffer.from(parsed.private_prompt, "base64") : null;
  } catch {
    return null;
  }
}

/** Every stretch of `length` characters of a text, as the forms it could be sent in. */
export function traces(text: string, length: number): Buffer[] {
  const stretches = new Set<string>();
  for (let i = 0; i + length <= text.length; i++) {
    const stretch = text.slice(i, i + length);
    for (const form of [
      stretch,
      stretch.toLowerCase(),
      encodeURIComponent(stretch),
      JSON.stringify(stretch).slice(1, -1),
    ]) {
      stretches.add(form);
    }
  }
  return [...stretches].flatMap((stretch) => [Buffer.from(stretch, "utf8"), Buffer.from(stretch, "utf16le")]);
}

/** Every run of three token ids, as numbers in text and as integers of 2, 4 and 8 bytes in either order. */
export function idTraces(ids: readonly number[]): Buffer[] {
  const found: Buffer[] = [];
  for (let i = 0; i + 3 <= ids.length; i++) {
    const run = ids.slice(i, i + 3);
    for (const separator of [",", ", ", " "]) found.push(Buffer.from(run.join(separator)));
    found.push(Buffer.from(Uint16Array.from(run).buffer));
    found.push(Buffer.from(Uint32Array.from(run).buffer));
    found.push(Buffer.from(BigUint64Array.from(run, BigInt).buffer));
    found.push(Buffer.from(Uint16Array.from(run).buffer).swap16());
    found.push(Buffer.from(Uint32Array.from(run).buffer).swap32());
  }
  return found;
}

/** The traces found anywhere in what was sent. */
export function leaks(sent: readonly Sent[], wanted: readonly Buffer[]): string[] {
  return sent.flatMap((request) =>
    wanted
      .filter((trace) => request.parts.some((part) => part.includes(trace)))
      .map((trace) => `${request.method} ${request.url.pathname}: ${trace.toString("latin1")}`),
  );
}
