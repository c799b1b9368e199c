/** The main job: a person types, presses Send, and a server that never receives the text continues it. */
import { readFile } from "node:fs/promises";
import { expect, test, type Page } from "@playwright/test";
import { createTokenizer } from "../src/core/text/tokenizer.ts";
import { idTraces, leaks, recordTraffic, traces } from "./traffic.ts";

const SECRET = "Once upon a time, Ottilie Brandt of 14 Quince Lane lost her silver ring in the deep river.";

async function open(page: Page): Promise<void> {
  await page.goto("/");
  await page.getByLabel("Your text").fill("warm");
  await expect(page.getByRole("button", { name: "Send", exact: true })).toBeEnabled({ timeout: 30_000 });
  await page.getByLabel("Your text").fill("");
}

/** Send, see the reply grow, and see it end of its own accord. */
async function sendAndWait(page: Page, text: string): Promise<string> {
  const reply = page.getByTestId("reply-text");
  await page.getByLabel("Your text").fill(text);
  await page.getByRole("button", { name: "Send", exact: true }).click();
  const progress = page.getByRole("list", { name: "Progress" });
  await expect(progress.getByText(/The reply (ended|reached its length)/)).toBeVisible({ timeout: 40_000 });
  await expect(page.getByRole("alert")).toHaveCount(0);
  await expect(reply).toHaveText(/\w{2,}\W+\w{2,}/);
  return reply.innerText();
}

async function tokenIds(text: string): Promise<number[]> {
  const client = "bundles/demo-stories/client";
  const [tokenizer, config] = await Promise.all(
    ["tokenizer.json", "tokenizer_config.json"].map((name) => readFile(`${client}/${name}`)),
  );
  return createTokenizer(tokenizer as Buffer, config as Buffer).encode(text);
}

test("a text is continued by a server that does not receive it", async ({ page }) => {
  const traffic = recordTraffic(page);
  await open(page);
  await sendAndWait(page, SECRET);
  await page.getByRole("button", { name: "Draw anew" }).click();
  await expect.poll(() => traffic.completions().length).toBe(2);
  await expect(page.getByRole("button", { name: "Draw anew" })).toBeVisible({ timeout: 40_000 });
  expect(traffic.sockets).toEqual([]);
  // Nothing was sent in a form that the recorder could not read.
  expect(traffic.sent.filter((s) => s.method !== "GET" && s.frame === null).map((s) => s.url.href)).toEqual([]);

  const [first, second, ...more] = traffic.completions();
  expect(more).toEqual([]);
  // The recorder sees what it should: what the worker asks for, and a frame of at least 8 bytes a token, twice.
  expect(traffic.sent.map((s) => s.url.pathname)).toContain("/bundles/demo-stories/client/client.onnx");
  const ids = await tokenIds(SECRET);
  expect(first?.frame?.length).toBeGreaterThan(8 * ids.length);
  expect(second?.frame?.length).toBeGreaterThan(8 * ids.length);
  // Drawn anew, the same text is another draw.
  expect(first?.frame?.equals(second?.frame ?? Buffer.alloc(0))).toBe(false);

  expect(leaks(traffic.sent, traces(SECRET, 8))).toEqual([]);
  expect(leaks(traffic.sent, idTraces(ids))).toEqual([]);
  const origin = new URL(page.url()).origin;
  expect(
    traffic.sent.filter((s) => s.url.origin !== origin && s.url.protocol !== "blob:").map((s) => s.url.href),
  ).toEqual([]);
});

test("the recorder would notice a text, its ids and a foreign origin", async ({ page }) => {
  const traffic = recordTraffic(page);
  await page.goto("/");
  const ids = await tokenIds(SECRET);
  await page.evaluate(
    async ([text, numbers]) => {
      await fetch(`/v1/models?q=${encodeURIComponent(text)}`);
      await fetch("/v1/completions", { method: "POST", body: new Uint32Array(numbers) });
      await fetch("/v1/completions", { method: "POST", body: new URLSearchParams({ text }) });
      await fetch("/v1/completions", { method: "POST", body: btoa(text) });
      new Image().src = "http://127.0.0.1:9/pixel";
      new WebSocket("ws://localhost:9/socket");
    },
    [SECRET, ids] as const,
  );
  const posts = traffic.completions();
  expect(leaks(traffic.sent.slice(0, -posts.length), traces(SECRET, 8))).not.toEqual([]);
  expect(leaks(posts.slice(0, 1), idTraces(ids))).not.toEqual([]);
  expect(leaks(posts.slice(1, 2), traces(SECRET, 8))).not.toEqual([]);
  expect(leaks(posts.slice(2, 3), traces(SECRET, 8))).not.toEqual([]);
});

test("the reply arrives piece by piece", async ({ page }) => {
  // However fast the server is and however busy the machine: one event a frame, so that each has its chance to be drawn.
  await page.addInitScript(() => {
    const original = window.fetch.bind(window);
    window.fetch = async (...call) => {
      const response = await original(...call);
      if (response.headers.get("content-type")?.startsWith("text/event-stream") !== true) return response;
      const decoder = new TextDecoder();
      const encoder = new TextEncoder();
      const slow = new TransformStream<Uint8Array, Uint8Array>({
        async transform(bytes, controller) {
          for (const event of decoder.decode(bytes, { stream: true }).split(/(?<=\n\n)/)) {
            controller.enqueue(encoder.encode(event));
            await new Promise((resolve) => requestAnimationFrame(resolve));
          }
        },
      });
      return new Response(response.body?.pipeThrough(slow), response);
    };
  });
  await open(page);
  const lengths = await page.evaluateHandle(() => {
    const seen: number[] = [];
    new MutationObserver(() => {
      const length = document.querySelector('[data-testid="reply-text"]')?.textContent.length ?? 0;
      if (length > (seen.at(-1) ?? 0)) seen.push(length);
    }).observe(document.body, { childList: true, subtree: true, characterData: true });
    return seen;
  });
  await sendAndWait(page, "There was a big brown bear who loved honey.");
  expect((await lengths.jsonValue()).length).toBeGreaterThan(3);
});

test("without isolation the client runs on one thread, and says so", async ({ page }) => {
  await page.route("**/*", async (route) => {
    const response = await route.fetch();
    const headers = { ...response.headers() };
    delete headers["cross-origin-opener-policy"];
    delete headers["cross-origin-embedder-policy"];
    await route.fulfill({ response, headers });
  });
  await open(page);
  await expect(page.getByText("Ready on WASM, one thread")).toBeVisible();
});

test("a reply can be stopped, and regenerated from the same released bytes", async ({ page }) => {
  const traffic = recordTraffic(page);
  await open(page);
  // The server is so quick that a reply would end before it could be stopped.
  await page.route("**/v1/completions", async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await route.continue().catch(() => undefined);
  });
  await page.getByLabel("Your text").fill("There was a small fox who lived under the hill.");
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await expect.poll(() => traffic.completions().length).toBe(1);
  await page.getByRole("button", { name: "Stop" }).click();
  await expect(page.getByRole("button", { name: "Stop" })).toBeHidden();
  await page.getByRole("button", { name: "Regenerate" }).click();
  await expect.poll(() => traffic.completions().length).toBe(2);
  await expect(page.getByRole("button", { name: "Stop" })).toBeHidden({ timeout: 40_000 });
  const [first, second, ...more] = traffic.completions();
  expect(first?.frame?.equals(second?.frame ?? Buffer.alloc(0))).toBe(true);
  // Stopping sends nothing, neither at once nor by the click landing on what takes the button's place.
  expect(more).toEqual([]);
});

test("after a failure the same bytes are sent again, and nothing is lost", async ({ page }) => {
  const traffic = recordTraffic(page);
  await open(page);
  await page.route("**/v1/completions", (route) => route.abort("connectionrefused"));
  await page.getByLabel("Your text").fill("The cat sat by the window.");
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await expect(page.getByRole("alert")).toContainText("server_unreachable");
  await expect(page.getByLabel("Your text")).toHaveValue("The cat sat by the window.");
  await page.unroute("**/v1/completions");
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByTestId("reply-text")).toHaveText(/\w{2,}\W+\w{2,}/, { timeout: 20_000 });
  const [first, second] = traffic.completions();
  expect(first?.frame?.equals(second?.frame ?? Buffer.alloc(0))).toBe(true);
});

test("a corrupted bundle is refused, said so, and mended by trying again", async ({ page }) => {
  await page.route("**/client/client.onnx*", async (route) => {
    const response = await route.fetch();
    const body = await response.body();
    body[body.length >> 1] = (body[body.length >> 1] ?? 0) ^ 1;
    await route.fulfill({ response, body });
  });
  await page.goto("/");
  await expect(page.getByRole("alert")).toContainText("bundle_corrupt");
  await page.unroute("**/client/client.onnx*");
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByLabel("Your text").fill("Hello there");
  await expect(page.getByRole("button", { name: "Send", exact: true })).toBeEnabled({ timeout: 30_000 });
});

test("the main job is done with the keyboard alone", async ({ page }) => {
  await open(page);
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  const box = page.getByLabel("Your text");
  for (let i = 0; i < 30 && !(await box.evaluate((e) => e === document.activeElement)); i++)
    await page.keyboard.press("Tab");
  await expect(box).toBeFocused();
  await page.keyboard.type("A bird flew over the sea.");
  await page.keyboard.press("Control+Enter");
  await expect(page.getByTestId("reply-text")).toHaveText(/\w{2,}\W+\w{2,}/, { timeout: 20_000 });
});

test("the meter follows what is typed", async ({ page }) => {
  await open(page);
  const meter = page.getByRole("meter", { name: "Bits this message" });
  await page.getByLabel("Your text").fill("One two three.");
  await expect.poll(async () => Number(await meter.getAttribute("aria-valuenow"))).toBeGreaterThan(0);
  const short = Number(await meter.getAttribute("aria-valuenow"));
  await page.getByLabel("Your text").fill("One two three. Four five six. Seven eight nine.");
  await expect.poll(async () => Number(await meter.getAttribute("aria-valuenow"))).toBeGreaterThan(short * 1.5);
});
