/** A logger that keeps what it was told, at every level. */
import { pino, type Logger } from "pino";

export function logSink(): { readonly logger: Logger; readonly lines: string[] } {
  const lines: string[] = [];
  return { logger: pino({ level: "trace" }, { write: (line: string) => lines.push(line) }), lines };
}
