/** The whole server over a tiny bundle and an engine that follows a script. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { FastifyInstance } from "fastify";
import { encodeFrame, type Segment } from "../../src/core/wire/frame.ts";
import { createApp, type AppOptions } from "../app.ts";
import type { Engine } from "../engine/engine.ts";
import type { Limits } from "../limits.ts";
import { logSink } from "./log-sink.ts";
import { scriptedEngine } from "./scripted-engine.ts";
import { addTinyGistBundle, type TinyGistOptions } from "./tiny-gist-bundle.ts";
import type { WrittenBundle } from "./bundle-folder.ts";
import { writeTinyBundle, type TinyBundle, type TinyOptions } from "./tiny-bundle.ts";

export interface TestApp {
  readonly app: FastifyInstance;
  readonly tiny: TinyBundle;
  /** The gist bundle beside it, where one was asked for. Its head is a real one. */
  readonly gist: WrittenBundle | null;
  /** Lines of the log so far, as they were written. */
  readonly lines: string[];
  /** A body for POST /v1/completions with a frame of these segments (default: three public ids). */
  body(changes?: Record<string, unknown>, segments?: readonly Segment[]): Record<string, unknown>;
  close(): Promise<void>;
}

export async function testApp({
  engine = scriptedEngine(),
  limits = {},
  page = null,
  manifest,
  gist: gistOptions = null,
  ...options
}: {
  engine?: Engine;
  limits?: Partial<Limits>;
  /** Files of a built page, by path. */
  page?: Readonly<Record<string, string | Uint8Array>> | null;
  /** Changes to the bundle's manifest. */
  manifest?: NonNullable<TinyOptions["manifest"]>;
  /** A gist bundle beside the other. Default: none. */
  gist?: TinyGistOptions | null;
} & Pick<AppOptions, "access" | "drain" | "metrics" | "serveMetrics"> = {}): Promise<TestApp> {
  const tiny = await writeTinyBundle(manifest && { manifest });
  const gist = gistOptions && (await addTinyGistBundle(tiny.bundlesDir, gistOptions));
  const { logger, lines } = logSink();
  const appDir = page && (await writePage(page));
  const app = await createApp({
    bundlesDir: tiny.bundlesDir,
    appDir,
    logger,
    limits,
    ...options,
    createEngine: () => Promise.resolve(engine),
  });
  return {
    app,
    tiny,
    gist,
    lines,
    body(changes = {}, segments = [{ kind: "public", ids: Uint32Array.of(1, 2, 3) }]) {
      const frame = encodeFrame({ bundle: tiny.sha256, segments });
      return { model: "tiny", private_prompt: Buffer.from(frame).toString("base64"), max_tokens: 20, ...changes };
    },
    async close() {
      await app.close();
      await tiny.remove();
      if (appDir !== null) await rm(appDir, { recursive: true, force: true });
    },
  };
}

async function writePage(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "sotto-page-"));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), content);
  }
  return directory;
}
