/** What the page fetches before it starts: resumed where it broke off, repaired where what was kept is damaged. */
import { createServer, request as ask, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test, type Page } from "@playwright/test";
import { visitAgain } from "./visit-again.ts";

const MODEL = "/bundles/demo-stories/client/client.onnx";
/** Bytes after which the connection is cut. */
const CUT = 200_000;

interface Gateway {
  readonly origin: string;
  /** Headers with which the model was asked for. */
  readonly asked: IncomingHttpHeaders[];
  /** Cut the next so many answers of the model; of the first after some bytes, of others at once. */
  cut(times: number): void;
  close(): void;
}

/** What stands before the server and cuts connections. */
async function openGateway(server: string): Promise<Gateway> {
  const asked: IncomingHttpHeaders[] = [];
  let cuts = 0;
  let first = true;
  const http: Server = createServer((request, response) => {
    const { url = "/", method, headers } = request;
    const onwards = ask(new URL(url, server), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      if (!url.startsWith(MODEL)) return void answer.pipe(response);
      asked.push(headers);
      if (cuts === 0) return void answer.pipe(response);
      cuts--;
      const most = first ? CUT : 0;
      first = false;
      let sent = 0;
      answer.on("data", (bytes: Buffer) => {
        response.write(bytes.subarray(0, most - sent));
        sent = Math.min(most, sent + bytes.length);
        if (sent === most) setTimeout(() => request.socket.destroy(), 200);
      });
    });
    onwards.on("error", () => response.destroy());
    request.pipe(onwards);
  });
  await new Promise<void>((resolve) => http.listen(0, "localhost", resolve));
  return {
    origin: `http://localhost:${(http.address() as AddressInfo).port}`,
    asked,
    cut(times) {
      cuts = times;
      first = true;
    },
    close() {
      http.closeAllConnections();
      http.close();
    },
  };
}

let gateway: Gateway;
test.beforeEach(async ({ baseURL, page }) => {
  await visitAgain(page);
  gateway = await openGateway(baseURL ?? "");
});
test.afterEach(() => gateway.close());

const ready = (page: Page) => expect(page.getByText(/Ready on/)).toBeVisible({ timeout: 30_000 });

test("a download that the server cuts goes on from there by itself", async ({ page }) => {
  gateway.cut(1);
  await page.goto(gateway.origin);
  await ready(page);
  expect(gateway.asked.map(({ range }) => range)).toEqual([undefined, `bytes=${CUT}-`]);
  expect(gateway.asked[1]?.["if-range"]).toMatch(/^"[0-9a-f]{64}"$/);
});

test("one that cannot go on is said so, and goes on after a reload", async ({ page }) => {
  gateway.cut(2);
  await page.goto(gateway.origin);
  await expect(page.getByRole("alert")).toContainText("stream_interrupted");
  expect(gateway.asked.map(({ range }) => range)).toEqual([undefined, `bytes=${CUT}-`]);
  await page.reload();
  await ready(page);
  expect(gateway.asked.at(-1)?.range).toBe(`bytes=${CUT}-`);
  await page.getByLabel("Your text").fill("A dog and a boy went out to play.");
  const meter = page.getByRole("meter", { name: "Bits this message" });
  await expect.poll(async () => Number(await meter.getAttribute("aria-valuenow"))).toBeGreaterThan(0);
  // Nothing is left of the parts.
  expect(await page.evaluate(async () => (await (await caches.open("sotto-parts-v1")).keys()).length)).toBe(0);
});

test("a kept file that was damaged is fetched again, once", async ({ page }) => {
  await page.goto(gateway.origin);
  await ready(page);
  await page.reload();
  await ready(page);
  expect(gateway.asked).toHaveLength(1);
  const damaged = await page.evaluate(async () => {
    const cache = await caches.open("sotto-bundles-v1");
    let count = 0;
    for (const request of await cache.keys()) {
      const bytes = new Uint8Array(await (await cache.match(request))!.arrayBuffer());
      bytes[bytes.length >> 1]! ^= 1;
      await cache.put(request, new Response(bytes));
      count++;
    }
    return count;
  });
  expect(damaged).toBe(3);
  await page.reload();
  await ready(page);
  expect(gateway.asked).toHaveLength(2);
  await page.reload();
  await ready(page);
  expect(gateway.asked).toHaveLength(2);
});
