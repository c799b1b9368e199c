import { createServer, type AddressInfo } from "node:net";
import { once } from "node:events";
import { afterEach, describe, expect, it } from "vitest";
import { encodeFrame } from "../src/core/wire/frame.ts";
import { serve, type RunningServer } from "./serve.ts";
import { logSink } from "./testing/log-sink.ts";
import { writeTinyBundle, type TinyBundle } from "./testing/tiny-bundle.ts";

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
