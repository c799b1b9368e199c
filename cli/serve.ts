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
      const built = existsSync(join(app, "index.html"));
      const running = await serve({
        port: options.port,
        host: options.host,
        bundles: resolve(options.bundles),
        app: built ? app : null,
        logger: pino({ level: options.logLevel }, destination(2)),
      });
      // One line that scripts can read; what is missing is said beside it.
      process.stdout.write(`Sotto is at ${running.url}\n`);
      if (!built)
        process.stderr.write("The app has not been built: `npm run build` makes it. The API works without it.\n");
      for (const signal of ["SIGINT", "SIGTERM"] as const) {
        process.once(signal, () => {
          void running.close();
        });
      }
    });
}
