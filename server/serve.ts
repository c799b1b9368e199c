/** Start the server on a port: what `sotto serve` calls. Prints nothing; its words go to the logger. */
import type { Server } from "node:http";
import { pino, type Logger } from "pino";
import { SottoError } from "../src/core/errors.ts";
import { createApp, type AppOptions } from "./app.ts";
import { createDrain } from "./drain.ts";
import { listenForMetrics } from "./http/metrics.ts";
import { createMetrics } from "./metrics.ts";

export interface ServeOptions {
  /** 0: any free one. */
  readonly port: number;
  /** Default localhost: only this machine. */
  readonly host?: string;
  /** Folder of the bundles. */
  readonly bundles: string;
  /** The built page, or null. */
  readonly app: string | null;
  /** Default: pino on standard output. */
  readonly logger?: Logger;
  readonly limits?: AppOptions["limits"];
  readonly access?: AppOptions["access"];
  readonly createEngine?: AppOptions["createEngine"];
  /** Where /metrics is: on the server's port (default), nowhere, or on a port of its own. */
  readonly metrics?: "same" | "none" | { readonly port: number; readonly host: string };
}

export interface RunningServer {
  /** Origin by which this machine reaches it, e.g. http://localhost:8787. */
  readonly url: string;
  /** Of /metrics, or null. */
  readonly metricsUrl: string | null;
  /** Take nothing new, let the replies under way end for at most `ms`, then `close`. */
  drain(ms: number): Promise<void>;
  /** Ends the replies under way with an error, then the connections, then the engines. */
  close(): Promise<void>;
}

/**
 * @throws SottoError `address_unavailable` with a way out; else as `createApp`
 */
export async function serve(options: ServeOptions): Promise<RunningServer> {
  const { port, host = "localhost" } = options;
  const logger = options.logger ?? pino();
  const drain = createDrain();
  const metrics = createMetrics();
  const where = options.metrics ?? "same";
  const app = await createApp({
    bundlesDir: options.bundles,
    appDir: options.app,
    logger,
    drain,
    metrics,
    serveMetrics: where === "same",
    ...(options.limits && { limits: options.limits }),
    ...(options.access && { access: options.access }),
    ...(options.createEngine && { createEngine: options.createEngine }),
  });
  const listening = async <T>(port: number, host: string, listen: () => Promise<T>): Promise<T> => {
    try {
      return await listen();
    } catch (cause) {
      await app.close();
      throw addressError(cause, port, host);
    }
  };
  await listening(port, host, () => app.listen({ port, host: addressOf(host) }));
  let metricsUrl: string | null = null;
  let reader: Server | undefined;
  if (typeof where === "object") {
    reader = await listening(where.port, where.host, () =>
      listenForMetrics(metrics.registry, where.port, addressOf(where.host)),
    );
    metricsUrl = `http://${reachableName(where.host)}:${portOf(reader, where.port)}/metrics`;
  }
  const url = `http://${reachableName(host)}:${portOf(app.server, port)}`;
  logger.info({ url }, "listening");
  const close = async () => {
    await app.close();
    // Last: the end can still be watched.
    reader?.close();
    reader?.closeAllConnections();
  };
  return {
    url,
    metricsUrl: where === "same" ? `${url}/metrics` : metricsUrl,
    close,
    async drain(ms) {
      logger.info({ underWay: drain.underWay }, "draining");
      await drain.begin(ms);
      await close();
      logger.info("closed");
    },
  };
}

function portOf(server: Server, asked: number): number {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : asked;
}

/**
 * One address to listen on. Where localhost is both 127.0.0.1 and ::1, the framework would open a second server, which knows nothing of
 * the limit of connections and of going down. Who tries ::1 first is refused there and comes to 127.0.0.1 (RFC 8305).
 */
function addressOf(host: string): string {
  return host === "localhost" ? "127.0.0.1" : host;
}

function reachableName(host: string): string {
  // "Every address of this machine" is not one that can be opened.
  if (host === "0.0.0.0" || host === "::") return "localhost";
  return host.includes(":") ? `[${host}]` : host;
}

function addressError(cause: unknown, port: number, host: string): unknown {
  const unavailable = (message: string) => new SottoError("address_unavailable", message, { cause });
  switch ((cause as NodeJS.ErrnoException).code) {
    case "EADDRINUSE":
      return unavailable(
        `Port ${port} on ${host} is taken by another program. Stop that program or choose another port.`,
      );
    case "EACCES":
      return unavailable(`This user may not listen on port ${port}. Choose a port above 1023.`);
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return unavailable(
        `${host} is not an address of this machine. Listen on localhost, or on 0.0.0.0 for the network.`,
      );
    default:
      return cause;
  }
}
