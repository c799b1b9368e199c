/** `sotto serve`: the split server, with the app where it has been built. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { Command, Option } from "commander";
import { wholeNumberIn } from "./options.ts";
import { packageRoot } from "./package-root.ts";

interface Options {
  readonly port: number;
  readonly host: string;
  readonly bundles: string;
  readonly logLevel: string;
}

export function serveCommand(): Command {
  return new Command("serve")
    .description("Serve the app, the client part of the bundles, and the split model.")
    .option("--port <n>", "port to listen on", wholeNumberIn(0, 65_535), 8787)
    .option("--host <name>", "address to listen on", "localhost")
    .option("--bundles <dir>", "folder of bundles", join(packageRoot(), "bundles"))
    .addOption(
      new Option("--log-level <level>", "what is logged, to standard error: what happened, never what was said")
        .choices(["silent", "error", "warn", "info"])
        .default("warn"),
    )
    .action(async (options: Options) => {
      // Loaded when called for: the other commands start without the server.
      const [{ serve }, { destination, pino }] = await Promise.all([import("../server/serve.ts"), import("pino")]);
      const app = join(packageRoot(), "dist", "app");
      const running = await serve({
        port: options.port,
        host: options.host,
        bundles: resolve(options.bundles),
        app: existsSync(join(app, "index.html")) ? app : null,
        logger: pino({ level: options.logLevel }, destination(2)),
      });
      const built = existsSync(join(app, "index.html"));
      process.stdout.write(`Sotto is at ${running.url}${built ? "" : ", without the app: `npm run build` makes it"}\n`);
      for (const signal of ["SIGINT", "SIGTERM"] as const) {
        process.once(signal, () => {
          void running.close();
        });
      }
    });
}
