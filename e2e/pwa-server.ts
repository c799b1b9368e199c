/** A server whose page can be changed while it runs: a copy of the built one. */
import { spawn, type ChildProcess } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface ChangingServer {
  readonly url: string;
  /** Make another version of the page: a new shell, and a service worker that lists it. */
  newVersion(name: string): Promise<void>;
  close(): Promise<void>;
}

/** The server as it is shipped, on a copy of dist/app. */
export async function openChangingServer(): Promise<ChangingServer> {
  const folder = await mkdtemp(join(tmpdir(), "sotto-app-"));
  // Without what the build compressed: it would be served in place of what is changed here.
  await cp("dist/app", folder, { recursive: true, filter: (path) => !path.endsWith(".br") });
  const options = ["serve", "--port", "0", "--app", folder];
  const child: ChildProcess = spawn(process.execPath, ["dist/node/sotto.js", ...options], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const url = await new Promise<string>((resolve, reject) => {
    let said = "";
    child.stdout?.on("data", (bytes: Buffer) => {
      said += String(bytes);
      const found = /Sotto is at (\S+)/.exec(said)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.on("exit", (code) => reject(new Error(`The server ended with ${code}.`)));
  });
  return {
    url: url.replace(/\/$/, ""),
    async newVersion(name) {
      const index = join(folder, "index.html");
      const html = await readFile(index, "utf8");
      await writeFile(index, html.replace("<head>", `<head><meta name="version" content="${name}" />`));
      const worker = join(folder, "sw.js");
      const revision = Buffer.from(name).toString("hex").padEnd(32, "0").slice(0, 32);
      const code = await readFile(worker, "utf8");
      const next = code.replace(/("revision":")[0-9a-f]{32}(","url":"index\.html")/, `$1${revision}$2`);
      if (next === code) throw new Error("sw.js lists no index.html.");
      await writeFile(worker, next);
    },
    async close() {
      child.kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
