/** Start the server on a port: what `sotto serve` calls. Prints nothing; its words go to the logger. */
import { pino, type Logger } from "pino";
import { SottoError } from "../src/core/errors.ts";
import { createApp, type AppOptions } from "./app.ts";

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
}

export interface RunningServer {
  /** Origin by which this machine reaches it, e.g. http://localhost:8787. */
  readonly url: string;
  /** Ends the replies under way with an error, then the connections, then the engines. */
  close(): Promise<void>;
}

/**
 * @throws SottoError `address_unavailable` with a way out; else as `createApp`
 */
export async function serve(options: ServeOptions): Promise<RunningServer> {
  const { port, host = "localhost" } = options;
  const logger = options.logger ?? pino();
  const app = await createApp({
    bundlesDir: options.bundles,
    appDir: options.app,
    logger,
    ...(options.limits && { limits: options.limits }),
  });
  try {
    await app.listen({ port, host });
  } catch (cause) {
    await app.close();
    throw addressError(cause, port, host);
  }
  const address = app.server.address();
  const bound = typeof address === "object" && address !== null ? address.port : port;
  const url = `http://${reachableName(host)}:${bound}`;
  logger.info({ url }, "listening");
  return { url, close: () => app.close() };
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
