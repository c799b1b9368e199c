/** A browser of another maker, started and spoken to over WebDriver. */
import { spawn, type ChildProcess } from "node:child_process";
import { createServer, type AddressInfo } from "node:net";
import { setTimeout } from "node:timers/promises";
import { Browser, Builder, Capabilities, type WebDriver } from "selenium-webdriver";
import type { Found } from "./engines.ts";

export interface Session {
  readonly driver: WebDriver;
  /** Name and version, as the browser says them. */
  readonly version: string;
  close(): Promise<void>;
}

const STARTS = 30_000;

/** @throws Error where the driver, the screen or the browser does not start */
export async function openSession(engine: Found): Promise<Session> {
  const children: ChildProcess[] = [];
  const closeAll = () => children.forEach((child) => child.kill());
  try {
    const env = { ...process.env };
    if (engine.screen !== null) {
      const xvfb = spawn(engine.screen, ["-displayfd", "1", "-screen", "0", "1280x1000x24", "-nolisten", "tcp"], {
        stdio: ["ignore", "pipe", "ignore"],
      });
      children.push(xvfb);
      env["DISPLAY"] = `:${(await firstLine(xvfb)).trim()}`;
    }
    const port = await freePort();
    children.push(spawn(engine.driver, [`--port=${port}`], { stdio: "ignore", env }));
    const address = `http://127.0.0.1:${port}`;
    await answers(`${address}/status`);
    const driver = await new Builder()
      // Never used: the server is given. Without a name the builder asks for one.
      .forBrowser(Browser.FIREFOX)
      .usingServer(address)
      .withCapabilities(new Capabilities(engine.capabilities))
      .build();
    const about = await driver.getCapabilities();
    return {
      driver,
      version: `${about.getBrowserName() ?? engine.name} ${about.getBrowserVersion() ?? "of unknown version"}`,
      async close() {
        await driver.quit().catch(() => undefined);
        closeAll();
      },
    };
  } catch (error) {
    closeAll();
    throw error;
  }
}

async function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.stdout?.once("data", (bytes: Buffer) => resolve(String(bytes)));
    child.once("exit", () => reject(new Error("The virtual screen did not start.")));
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function answers(url: string): Promise<void> {
  const end = performance.now() + STARTS;
  while (performance.now() < end) {
    if (
      await fetch(url).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return;
    await setTimeout(100);
  }
  throw new Error("The driver did not start.");
}
