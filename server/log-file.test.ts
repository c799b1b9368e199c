import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { describe, expect, it, vi } from "vitest";
import { encodeFrame } from "../src/core/wire/frame.ts";
import { createApp } from "./app.ts";
import { checkLog, openLog, tolerantLog } from "./log-file.ts";
import { scriptedEngine } from "./testing/scripted-engine.ts";
import { writeTinyBundle } from "./testing/tiny-bundle.ts";

const full = () => Object.assign(new Error("no space left on device, write"), { code: "ENOSPC" });

describe("the log", () => {
  it("says once that the disk is full, loses lines, and goes on when there is room", () => {
    const written: string[] = [];
    const reports: string[] = [];
    let room = true;
    const log = tolerantLog(
      (line) => {
        if (!room) throw full();
        written.push(line);
      },
      (code) => reports.push(code),
    );
    log.write("a");
    room = false;
    for (const line of ["b", "c", "d"]) log.write(line);
    expect(reports).toEqual(["ENOSPC"]);
    room = true;
    log.write("e");
    room = false;
    log.write("f");
    expect(written).toEqual(["a", "e"]);
    expect(log.lost).toBe(4);
    expect(reports).toHaveLength(2);
  });

  it("does not stop the server when it cannot be written", async () => {
    const tiny = await writeTinyBundle();
    const reports: string[] = [];
    const log = tolerantLog(
      () => {
        throw full();
      },
      (code) => reports.push(code),
    );
    const app = await createApp({ bundlesDir: tiny.bundlesDir, appDir: null, logger: pino({ level: "info" }, log) });
    for (let i = 0; i < 5; i++) expect((await app.inject({ url: "/healthz" })).statusCode).toBe(200);
    expect(log.lost).toBe(5);
    expect(reports).toEqual(["ENOSPC"]);
    await app.close();
    await tiny.remove();
  });

  it("may fill the disk while a stream runs", async () => {
    const tiny = await writeTinyBundle();
    let room = true;
    const reports: string[] = [];
    const log = tolerantLog(
      () => {
        if (!room) throw full();
      },
      (code) => reports.push(code),
    );
    const engine = scriptedEngine({ text: "Hello.", stepMs: 20 });
    const app = await createApp({
      bundlesDir: tiny.bundlesDir,
      appDir: null,
      logger: pino({ level: "info" }, log),
      createEngine: () => Promise.resolve(engine),
    });
    const url = await app.listen({ port: 0, host: "127.0.0.1" });
    const frame = encodeFrame({ bundle: tiny.sha256, segments: [{ kind: "public", ids: Uint32Array.of(1, 2) }] });
    const body = { model: "tiny", private_prompt: Buffer.from(frame).toString("base64"), max_tokens: 20, stream: true };
    const response = await fetch(`${url}/v1/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    room = false;
    // Its line is lost while the stream runs, and the stream's own at its end.
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    await vi.waitFor(() => expect(log.lost).toBe(1));
    expect(engine.running).toBe(1);
    expect(await response.text()).toMatch(/data: \[DONE\]\n\n$/);
    await vi.waitFor(() => expect(log.lost).toBe(2));
    expect(reports).toEqual(["ENOSPC"]);
    await app.close();
    await tiny.remove();
  });

  it("appends to a file, and says which cannot be opened", () => {
    const folder = mkdtempSync(join(tmpdir(), "sotto-log-"));
    const file = join(folder, "server.log");
    openLog(file).write("one\n");
    openLog(file).write("two\n");
    expect(readFileSync(file, "utf8")).toBe("one\ntwo\n");
    for (const open of [openLog, checkLog]) {
      expect(() => open(join(folder, "none", "x"))).toThrow(expect.objectContaining({ code: "config_invalid" }));
    }
    checkLog(join(folder, "new.log"));
    checkLog(undefined);
    expect(existsSync(join(folder, "new.log"))).toBe(false);
    rmSync(folder, { recursive: true, force: true });
  });

  it.runIf(existsSync("/dev/full"))("bears a device that is full", () => {
    expect(() => {
      openLog("/dev/full").write("line\n");
    }).not.toThrow();
  });
});
