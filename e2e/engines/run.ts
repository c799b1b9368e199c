/**
 * `npm run e2e:engines`: the main job in Firefox and in WebKit, as far as this machine has them. Says what is missing of those it has not,
 * and fails only where one that is there fails.
 */
import { pino } from "pino";
import { serve } from "../../server/serve.ts";
import { findEngines, type Found } from "./engines.ts";
import { mainJob } from "./main-job.ts";
import { openRecorder } from "./recorder.ts";
import { openSession } from "./session.ts";

async function run(engine: Found, server: string): Promise<boolean> {
  const recorder = await openRecorder(server);
  try {
    const session = await openSession(engine);
    try {
      const seen = await mainJob(session.driver, recorder);
      const lacks = Object.entries(seen.has).flatMap(([name, there]) => (there ? [] : [name]));
      console.log(`${engine.name}: passed. ${session.version}, on ${seen.engine}`);
      console.log(
        `  at most ${seen.bits} bits; the reply was seen at ${seen.lengths.length} lengths; levels left, and no text`,
      );
      console.log(`  lacks: ${lacks.length === 0 ? "nothing asked about" : lacks.join(", ")}`);
      return true;
    } finally {
      await session.close();
    }
  } catch (error) {
    console.error(`${engine.name}: FAILED. ${error instanceof Error ? error.message : String(error)}`);
    return false;
  } finally {
    recorder.close();
  }
}

const server = await serve({ port: 0, bundles: "bundles", app: "dist/app", logger: pino({ level: "warn" }) });
let passed = true;
for (const engine of findEngines(process.env)) {
  if ("missing" in engine) console.log(`${engine.name}: not found: ${engine.missing.join("; ")}`);
  else passed = (await run(engine, server.url)) && passed;
}
await server.close();
if (!passed) process.exitCode = 1;
