import dns, { type LookupOneOptions, type LookupOptions } from "node:dns";
import { createServer, type AddressInfo } from "node:net";
import { once } from "node:events";
import { afterEach, describe, expect, it, vi } from "vitest";
import { encodeFrame } from "../src/core/wire/frame.ts";
import { serve, type RunningServer } from "./serve.ts";
import { scriptedEngine } from "./testing/scripted-engine.ts";
import { logSink } from "./testing/log-sink.ts";
import { writeTinyBundle, type TinyBundle } from "./testing/tiny-bundle.ts";

type Callback = (error: null, found: dns.LookupAddress[]) => void;

describe("serve", () => {
  let tiny: TinyBundle;
  let running: RunningServer | undefined;
  afterEach(async () => {
    await running?.close();
    running = undefined;
    await tiny.remove();
  });

  it("answers on localhost with the bundle's own decoder, the same for the same seed", async () => {
    tiny = await writeTinyBundle();
    const { logger, lines } = logSink();
    running = await serve({ port: 0, bundles: tiny.bundlesDir, app: null, logger });
    expect(running.url).toMatch(/^http:\/\/localhost:\d+$/);
    expect(lines.join("")).toContain(running.url);
    expect(await (await fetch(`${running.url}/healthz`)).json()).toEqual({ status: "ok" });
    const { url } = running;
    const frame = encodeFrame({
      bundle: tiny.sha256,
      segments: [
        {
          kind: "levels",
          preset: "light",
          bits: 3,
          dim: 4,
          tokens: 2,
          levels: Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7),
          coding: "entropy",
        },
      ],
    });
    const reply = async (seed: number) => {
      const response = await fetch(`${url}/v1/completions`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({
          model: "tiny",
          private_prompt: Buffer.from(frame).toString("base64"),
          max_tokens: 30,
          seed,
          temperature: 2,
        }),
      });
      expect(response.status).toBe(200);
      return ((await response.json()) as { choices: { text: string }[] }).choices[0]!.text;
    };
    expect(await reply(1)).toBe(await reply(1));
  });

  it("listens on one address though localhost has two, so that there is one server to drain", async () => {
    tiny = await writeTinyBundle();
    const { logger } = logSink();
    // The second stands for ::1, which not every machine has.
    const both = [
      { address: "127.0.0.1", family: 4 },
      { address: "127.0.0.2", family: 4 },
    ];
    const { lookup } = dns;
    const spy = vi.spyOn(dns, "lookup").mockImplementation(((host: string, ...rest: [LookupOptions, Callback]) => {
      if (host === "localhost" && rest[0].all) rest[1](null, both);
      else lookup(host, ...(rest as unknown as [LookupOneOptions, () => void]));
    }) as unknown as typeof dns.lookup);
    running = await serve({ port: 0, bundles: tiny.bundlesDir, app: null, logger });
    spy.mockRestore();
    const { port } = new URL(running.url);
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
    await expect(fetch(`http://127.0.0.2:${port}/healthz`)).rejects.toThrow();
  });

  it("lets a stream to localhost end when it drains", async () => {
    tiny = await writeTinyBundle();
    const { logger } = logSink();
    const engine = scriptedEngine({ endless: true, stepMs: 20 });
    const metrics = { port: 0, host: "localhost" };
    const createEngine = () => Promise.resolve(engine);
    running = await serve({ port: 0, bundles: tiny.bundlesDir, app: null, logger, metrics, createEngine });
    const { url, metricsUrl } = running;
    const frame = encodeFrame({ bundle: tiny.sha256, segments: [{ kind: "public", ids: Uint32Array.of(1, 2) }] });
    const reply = await fetch(`${url}/v1/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        model: "tiny",
        private_prompt: Buffer.from(frame).toString("base64"),
        max_tokens: 40,
        stream: true,
      }),
    });
    const drained = running.drain(20_000);
    // Told apart from the server's own port: it can be read to the end.
    expect((await fetch(metricsUrl!)).status).toBe(200);
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
    expect(await reply.text()).toMatch(/data: \[DONE\]\n\n$/);
    await drained;
  });

  it("says which port is taken, and what to do", async () => {
    tiny = await writeTinyBundle();
    const other = createServer();
    other.listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    const { logger } = logSink();
    await expect(serve({ port, host: "127.0.0.1", bundles: tiny.bundlesDir, app: null, logger })).rejects.toMatchObject(
      {
        code: "address_unavailable",
        message: `Port ${port} on 127.0.0.1 is taken by another program. Stop that program or choose another port.`,
      },
    );
    other.close();
  });

  it("says which address is none of this machine", async () => {
    tiny = await writeTinyBundle();
    const { logger } = logSink();
    // 192.0.2.0/24 is reserved for documentation (RFC 5737).
    await expect(
      serve({ port: 0, host: "192.0.2.1", bundles: tiny.bundlesDir, app: null, logger }),
    ).rejects.toMatchObject({
      code: "address_unavailable",
    });
  });

  it("does not start over a broken bundle", async () => {
    tiny = await writeTinyBundle({ manifest: (value) => Object.assign(value, { format: 2 }) });
    const { logger } = logSink();
    await expect(serve({ port: 0, bundles: tiny.bundlesDir, app: null, logger })).rejects.toThrow(/tiny.*format/);
  });
});
