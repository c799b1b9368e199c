/** A proxy before the server that keeps what the browser sends: WebDriver has no ear on the network that every engine shares. */
import { createServer, request, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout } from "node:timers/promises";
import { asSent, type Sent } from "../traffic.ts";

export interface Recorder {
  /** Where the page is, for the browser. */
  readonly url: string;
  readonly sent: Sent[];
  close(): void;
}

/** Time between two events of a reply, in ms: a server on the same machine is so quick that nobody sees a reply grow. */
const PACE = 40;

/** Pass everything on to `server`, an origin. */
export async function openRecorder(server: string): Promise<Recorder> {
  const sent: Sent[] = [];
  const pass = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const { method = "GET", headers } = incoming;
    const url = new URL(incoming.url ?? "/", server);
    const body = Buffer.concat((await incoming.toArray()) as Buffer[]);
    sent.push(asSent(method, url, headers, body.length === 0 ? null : body));
    const onward = request(url, { method, headers }, (answer) => {
      handOn(answer, outgoing).catch(() => outgoing.destroy());
    });
    onward.on("error", () => outgoing.destroy());
    outgoing.on("close", () => onward.destroy());
    onward.end(body);
  };
  const http = createServer((incoming, outgoing) => {
    pass(incoming, outgoing).catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve) => http.listen(0, "localhost", resolve));
  return {
    url: `http://localhost:${(http.address() as AddressInfo).port}`,
    sent,
    close() {
      http.close();
      http.closeAllConnections();
    },
  };
}

/** A reply event by event, anything else as it comes. */
async function handOn(answer: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
  const paced = answer.headers["content-type"]?.startsWith("text/event-stream") === true;
  for await (const bytes of answer) {
    for (const event of paced ? String(bytes).split(/(?<=\n\n)/) : [bytes as Buffer]) {
      outgoing.write(event);
      if (paced) await setTimeout(PACE);
    }
  }
  outgoing.end();
}
