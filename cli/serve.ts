/** `sotto serve`: the split server, with the app where it has been built. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import type { LoadedConfig } from "../server/config/load.ts";
import type { BundleList } from "../src/core/wire/api.ts";
import { wholeNumberIn } from "./options.ts";
import { packageRoot } from "./package-root.ts";

interface Options {
  readonly config?: string;
  readonly check?: true;
  readonly set: Readonly<Record<string, string>>;
  readonly port?: string;
  readonly host?: string;
  readonly bundles?: string;
  readonly app?: string;
  readonly engine?: string;
  readonly logLevel?: string;
  readonly logFile?: string;
}

export function serveCommand(): Command {
  return new Command("serve")
    .description(
      "Serve the app, the client part of the bundles, and the split model. Flags come before variables (SOTTO_PORT, " +
        "SOTTO_LIMITS_WAITING), those before the file, that before the defaults; docs/server.md has every setting.",
    )
    .option("--config <file>", "settings in TOML (default: SOTTO_CONFIG, else none)")
    .option("--check", "say what is set and where, and check all that a start would, without opening a port")
    .option("--port <n>", "port to listen on (default: 8787)", aPort)
    .option("--host <name>", "address to listen on (default: localhost)")
    .option("--bundles <dir>", "folder of bundles (default: those that come with the program)")
    .option("--app <dir>", "folder of the built page; empty for none")
    .option("--engine <kind>", "onnx or vllm (default: onnx)")
    .option("--log-level <level>", "silent, error, warn or info: what happened, never what was said (default: warn)")
    .option("--log-file <file>", "file to append the log to (default: standard error)")
    .option("--set <key=value>", "any other setting, e.g. limits.waiting=256; repeatable", collect, {})
    .action(async (options: Options) => {
      // Loaded when called for: the other commands start without the server.
      const { loadConfig } = await import("../server/config/load.ts");
      const loaded = loadConfig({ file: options.config ?? null, env: process.env, flags: flagsOf(options) });
      if (options.check) await check(loaded);
      else await start(loaded);
    });
}

async function start({ config }: LoadedConfig): Promise<void> {
  const [{ serve }, { serveOptions, vllmSettings }, { engineFor }, { openLog }, { pino }] = await Promise.all([
    import("../server/serve.ts"),
    import("../server/config/options.ts"),
    import("../server/engine/choice.ts"),
    import("../server/log-file.ts"),
    import("pino"),
  ]);
  const { bundles, app, built } = folders(config);
  const running = await serve({
    ...serveOptions(config),
    createEngine: engineFor(vllmSettings(config)),
    bundles,
    app,
    logger: pino({ level: config.log.level }, openLog(config.log.file)),
  });
  // One line that scripts can read; what is missing is said beside it.
  process.stdout.write(`Sotto is at ${running.url}\n`);
  if (!built) {
    process.stderr.write("The app has not been built: `npm run build` makes it. The API works without it.\n");
  }
  let asked = false;
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      // Who asks twice means now.
      if (asked) process.exit(1);
      asked = true;
      void running.drain(config.drain_ms);
    });
  }
}

async function check({ config, origins }: LoadedConfig): Promise<void> {
  const [{ createApp }, { serveOptions, vllmSettings }, { engineFor }, { checkLog }, { pino }] = await Promise.all([
    import("../server/app.ts"),
    import("../server/config/options.ts"),
    import("../server/engine/choice.ts"),
    import("../server/log-file.ts"),
    import("pino"),
  ]);
  const { bundles, app: page } = folders(config);
  const { limits, access } = serveOptions(config);
  checkLog(config.log.file);
  // All that a start does but listen, so that whatever would stop a start stops this.
  const app = await createApp({
    bundlesDir: bundles,
    appDir: page,
    logger: pino({ level: "silent" }),
    createEngine: engineFor(vllmSettings(config)),
    ...(limits && { limits }),
    ...(access && { access }),
  });
  const list = (await app.inject({ url: "/bundles" })).json<BundleList>();
  await app.close();
  for (const [key, origin] of origins) process.stdout.write(`${key}: ${origin}\n`);
  const ids = list.bundles.map(({ id }) => id).join(", ");
  process.stdout.write(`The settings are valid. Bundles in ${bundles}: ${ids}.\n`);
}

function folders({ bundles, app }: LoadedConfig["config"]) {
  const own = join(packageRoot(), "dist", "app");
  const page = app === undefined ? own : app === "" ? null : resolve(app);
  // A page that was asked for by name must be there; the program's own may not have been built.
  const built = app !== undefined || existsSync(join(own, "index.html"));
  return {
    bundles: resolve(bundles ?? join(packageRoot(), "bundles")),
    app: built ? page : null,
    built,
  };
}

function flagsOf({ port, host, bundles, app, engine, logLevel, logFile, set }: Options): Record<string, string> {
  const named = { port, host, bundles, app, "engine.kind": engine, "log.level": logLevel, "log.file": logFile };
  const given = Object.entries(named).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { ...set, ...Object.fromEntries(given) };
}

/** Left as text: the settings read it like any other. */
function aPort(text: string): string {
  return String(wholeNumberIn(0, 65_535)(text));
}

function collect(text: string, before: Readonly<Record<string, string>>): Record<string, string> {
  const equals = text.indexOf("=");
  if (equals < 1) throw new InvalidArgumentError("It must be KEY=VALUE.");
  return { ...before, [text.slice(0, equals).trim()]: text.slice(equals + 1) };
}
