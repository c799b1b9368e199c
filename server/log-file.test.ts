import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { describe, expect, it } from "vitest";
import { createApp } from "./app.ts";
import { openLog, tolerantLog } from "./log-file.ts";
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

  it("appends to a file, and says which cannot be opened", () => {
    const folder = mkdtempSync(join(tmpdir(), "sotto-log-"));
    const file = join(folder, "server.log");
    openLog(file).write("one\n");
    openLog(file).write("two\n");
    expect(readFileSync(file, "utf8")).toBe("one\ntwo\n");
    expect(() => openLog(join(folder, "none", "x"))).toThrow(expect.objectContaining({ code: "config_invalid" }));
    rmSync(folder, { recursive: true, force: true });
  });

  it.runIf(existsSync("/dev/full"))("bears a device that is full", () => {
    expect(() => {
      openLog("/dev/full").write("line\n");
    }).not.toThrow();
  });
});
