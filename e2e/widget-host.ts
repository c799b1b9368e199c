/** A server of its own whose list names one page, and that page on another origin: what the widget's tests stand on. */
import { spawn, type ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

const files = new URL("./widget-host/", import.meta.url);

/** A page that holds the widget. */
export interface HostPage {
  readonly origin: string;
  /** Say where the server is, once that is known. */
  point(server: string): void;
  close(): Promise<void>;
}

/** Serve the demonstration; the query of its address becomes attributes of the element. `isolated`: with COOP and COEP. */
export async function openHost(isolated = false): Promise<HostPage> {
  let server = "";
  const http: Server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://host");
    const script = pathname === "/host.js";
    if (!script && pathname !== "/") return void response.writeHead(404).end();
    if (isolated) {
      response.setHeader("cross-origin-opener-policy", "same-origin");
      response.setHeader("cross-origin-embedder-policy", "require-corp");
    }
    response.setHeader("content-type", script ? "text/javascript" : "text/html; charset=utf-8");
    const attributes = [...searchParams].map(([name, value]) => `${name}="${value}"`).join(" ");
    const text = readFileSync(new URL(script ? "host.js" : "index.html", files), "utf8");
    response.end(text.replaceAll("SERVER", server).replace("ATTRIBUTES", attributes));
  });
  await new Promise<void>((resolve) => http.listen(0, "localhost", resolve));
  const { port } = http.address() as AddressInfo;
  return {
    origin: `http://localhost:${port}`,
    point: (address) => (server = address),
    close: () =>
      new Promise((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  };
}

export interface WidgetServer {
  readonly url: string;
  close(): void;
}

/** The server as it is shipped, with these pages on its list. */
export async function openServer(origins: readonly string[]): Promise<WidgetServer> {
  const options = ["serve", "--port", "0", "--set", `embed.origins=${origins.join(",")}`];
  const child: ChildProcess = spawn(process.execPath, ["dist/node/sotto.js", ...options], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const url = await new Promise<string>((resolve, reject) => {
    let said = "";
    child.stdout?.on("data", (bytes: Buffer) => {
      said += String(bytes);
      const found = /Sotto is at (\S+)/.exec(said)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.on("exit", (code) => reject(new Error(`The server ended with ${code}.`)));
  });
  return { url, close: () => void child.kill() };
}
