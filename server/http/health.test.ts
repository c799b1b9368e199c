import { afterEach, describe, expect, it } from "vitest";
import { createDrain } from "../drain.ts";
import { scriptedEngine } from "../testing/scripted-engine.ts";
import { testApp, type TestApp } from "../testing/test-app.ts";

describe("/readyz", () => {
  let server: TestApp;
  afterEach(() => server.close());
  const read = async (url: string) => {
    const response = await server.app.inject({ url });
    return [response.statusCode, response.json<{ status: string }>().status];
  };

  it("is ready where the engines have nothing to say", async () => {
    server = await testApp();
    expect(await read("/readyz")).toEqual([200, "ready"]);
  });

  it.each([
    ["says no", () => Promise.resolve(false)],
    ["fails", () => Promise.reject(new Error("secret of the engine"))],
    ["says nothing", () => new Promise<boolean>(() => undefined)],
  ])("is not where an engine %s, and the process is healthy all the same", async (_, ready) => {
    server = await testApp({ engine: Object.assign(scriptedEngine(), { ready }) });
    expect(await read("/readyz")).toEqual([503, "engine not ready"]);
    expect(await read("/healthz")).toEqual([200, "ok"]);
    expect(server.lines.join("")).not.toContain("secret");
  });

  it("is not while the server drains", async () => {
    const drain = createDrain();
    server = await testApp({ drain });
    await drain.begin(10);
    expect(await read("/readyz")).toEqual([503, "draining"]);
    expect(await read("/healthz")).toEqual([200, "ok"]);
  });
});
