/** The widget in a page of another origin: what it lets that page know, and what no page can make it do. */
import AxeBuilder from "@axe-core/playwright";
import { expect, test, type FrameLocator, type Page } from "@playwright/test";
import { openHost, openServer, type HostPage, type WidgetServer } from "./widget-host.ts";

const SECRET = "Ottilie Brandt of 14 Quince Lane lost her silver ring.";

let host: HostPage;
let isolated: HostPage;
let stranger: HostPage;
let server: WidgetServer;

test.beforeAll(async () => {
  [host, isolated, stranger] = await Promise.all([openHost(), openHost(true), openHost()]);
  server = await openServer([host.origin, isolated.origin]);
  for (const page of [host, isolated, stranger]) page.point(server.url);
});
test.afterAll(async () => {
  server.close();
  await Promise.all([host, isolated, stranger].map((page) => page.close()));
});

interface Heard {
  events: [string, Record<string, unknown>][];
  posted: unknown[];
}
type HostWindow = Window & { heard: Heard };
type Element = HTMLElement & { offer(prompt: string): void };

const heard = (page: Page) => page.evaluate(() => (window as unknown as HostWindow).heard);
const events = async (page: Page, name: string) => (await heard(page)).events.filter(([of]) => of === name);
const frameOf = (page: Page): FrameLocator => page.frameLocator("sotto-widget iframe");
const field = (page: Page) => frameOf(page).getByLabel("Your text");
const preset = (page: Page, name: string) => frameOf(page).getByRole("radio", { name });
const offer = (page: Page, prompt: string) =>
  page.locator("sotto-widget").evaluate((element, text) => (element as Element).offer(text), prompt);

/** The page with the widget, ready to write in. */
async function open(page: Page, query = "", at = host): Promise<void> {
  await page.goto(`${at.origin}/${query}`);
  await expect(frameOf(page).getByText(/Ready on/)).toBeVisible({ timeout: 30_000 });
  await expect.poll(() => events(page, "ready")).toHaveLength(1);
}

async function sendAndWait(page: Page, text: string): Promise<string> {
  await field(page).fill(text);
  await frameOf(page).getByRole("button", { name: "Send", exact: true }).click();
  const progress = frameOf(page).getByRole("list", { name: "Progress" });
  await expect(progress.getByText(/The reply (ended|reached its length)/)).toBeVisible({ timeout: 40_000 });
  return frameOf(page).getByTestId("reply-text").innerText();
}

test("the page around it learns that something was sent, and a reply only when the person shares it", async ({
  page,
}) => {
  await open(page);
  const reply = await sendAndWait(page, SECRET);
  await expect.poll(() => events(page, "sent")).toHaveLength(1);
  const [[, sent]] = (await events(page, "sent")) as [[string, { tokens: number; bits: number }]];
  expect(sent.tokens).toBeGreaterThan(10);
  expect(sent.bits).toBeGreaterThan(1);
  expect(Object.keys(sent).sort()).toEqual(["bits", "tokens"]);

  const share = frameOf(page).getByRole("button", { name: "Share" });
  await expect(frameOf(page).getByText(`Share this reply with ${host.origin}?`)).toBeVisible();
  expect(await events(page, "reply")).toEqual([]);
  // Below the window it cannot be answered; it has to be in sight.
  await share.scrollIntoViewIfNeeded();
  await expect(share).toHaveAttribute("aria-disabled", "false");
  await share.click();
  await expect.poll(() => events(page, "reply")).toEqual([["reply", { text: reply }]]);

  // The next reply is another question, and the same levels cost nothing.
  const regenerate = frameOf(page).getByRole("button", { name: "Regenerate" });
  await regenerate.click();
  await expect.poll(() => events(page, "sent"), { timeout: 40_000 }).toHaveLength(2);
  await expect(regenerate).toBeVisible({ timeout: 40_000 });
  // Now and then a reply ends before it has said a word, and there is nothing to share.
  while ((await frameOf(page).getByTestId("reply-text").innerText()).trim() === "") {
    await regenerate.click();
    await expect(regenerate).toBeVisible({ timeout: 40_000 });
  }
  await expect(frameOf(page).getByRole("button", { name: "Share" })).toBeVisible();
  expect((await events(page, "sent")).at(-1)?.[1]).toMatchObject({ bits: 0 });
  expect(await events(page, "reply")).toHaveLength(1);

  // Of what was typed, nothing is anywhere in what reached the page.
  const all = JSON.stringify(await heard(page));
  for (const word of ["Ottilie", "Brandt", "Quince", "silver"]) expect(all.replace(reply, "")).not.toContain(word);
});

test("of a bundle that is asked, the page learns that a question left and not its length, and the answer when it is shared", async ({
  page,
}) => {
  // Words that dissolve are pale meanwhile.
  await page.emulateMedia({ reducedMotion: "reduce" });
  await open(page, "?bundle=demo-intents&preset=strict");
  const question = frameOf(page).getByLabel("Your question");
  await expect(preset(page, "Strict")).toBeChecked();
  expect(await events(page, "error")).toEqual([]);
  await question.fill("Ottilie Brandt of 14 Quince Lane still waits for her new card.");
  await frameOf(page).getByRole("button", { name: "Send", exact: true }).click();
  const answer = frameOf(page).getByTestId("answer");
  await expect(answer).toBeVisible({ timeout: 20_000 });
  await expect.poll(() => events(page, "sent")).toHaveLength(1);
  const [[, sent]] = (await events(page, "sent")) as [[string, { tokens: number; bits: number }]];
  expect(sent.tokens).toBe(1);
  expect(sent.bits).toBeGreaterThan(6);
  expect(sent.bits).toBeLessThan(6.6);
  expect((await new AxeBuilder({ page }).include("sotto-widget").analyze()).violations).toEqual([]);

  expect(await events(page, "reply")).toEqual([]);
  const share = frameOf(page).getByRole("button", { name: "Share" });
  await share.scrollIntoViewIfNeeded();
  await expect(share).toHaveAttribute("aria-disabled", "false");
  const title = await answer.getByRole("heading").first().innerText();
  await share.click();
  await expect.poll(() => events(page, "reply")).toHaveLength(1);
  const [[, { text }]] = (await events(page, "reply")) as [[string, { text: string }]];
  expect(text.startsWith(title)).toBe(true);

  // The same levels again cost nothing, and are the same answer.
  await frameOf(page).getByRole("button", { name: "Ask again" }).click();
  await expect.poll(() => events(page, "sent")).toHaveLength(2);
  expect((await events(page, "sent")).at(-1)?.[1]).toMatchObject({ bits: 0 });
  const all = JSON.stringify(await heard(page));
  for (const word of ["Ottilie", "Brandt", "Quince", "waits"]) expect(all).not.toContain(word);
});

test("a question that failed the first time is told with its bits once it is answered", async ({ page }) => {
  await open(page, "?bundle=demo-intents&preset=strict");
  await expect(preset(page, "Strict")).toBeChecked();
  await page.route("**/v1/classifications", (route) =>
    route.fulfill({ status: 503, json: { error: { message: "Busy.", code: "server_busy" } } }),
  );
  await frameOf(page).getByLabel("Your question").fill("Where is my new card?");
  await frameOf(page).getByRole("button", { name: "Send", exact: true }).click();
  await expect(frameOf(page).getByRole("alert")).toContainText("server_busy");
  expect(await events(page, "sent")).toEqual([]);
  await page.unroute("**/v1/classifications");
  await frameOf(page).getByRole("button", { name: "Try again" }).click();
  await expect(frameOf(page).getByTestId("answer")).toBeVisible({ timeout: 20_000 });
  await expect.poll(() => events(page, "sent")).toHaveLength(1);
  const [[, sent]] = (await events(page, "sent")) as [[string, { tokens: number; bits: number }]];
  expect(sent.bits).toBeGreaterThan(6);
});

test("what is typed before it is known that the bundle is asked is not lost, nor is the caret", async ({ page }) => {
  let go = () => undefined as void;
  const held = new Promise<void>((resolve) => (go = resolve));
  await page.route("**/manifest.json", async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(`${host.origin}/?bundle=demo-intents`);
  await field(page).click();
  await page.keyboard.type("Where is?");
  await page.keyboard.press("ArrowLeft");
  const typing = page.keyboard.type(" my new card, which you sent me a month ago", { delay: 40 });
  go();
  await typing;
  const question = frameOf(page).getByLabel("Your question");
  await expect(question).toBeFocused({ timeout: 30_000 });
  await page.keyboard.type(" or so");
  await expect(question).toHaveValue("Where is my new card, which you sent me a month ago or so?");
});

for (const width of [390, 1270])
  test(`the height of the frame does not follow what is typed, ${width} pixels wide`, async ({ page }) => {
    await page.setViewportSize({ width: width + 1, height: 800 });
    await open(page);
    const frame = page.locator("sotto-widget iframe");
    await expect.poll(async () => (await frame.boundingBox())?.height).toBeGreaterThan(300);
    await page.waitForTimeout(300);
    const before = (await frame.boundingBox())?.height;
    await field(page).fill(`${SECRET}\n`.repeat(30));
    await expect(frameOf(page).getByTestId("token-count")).toContainText("tokens");
    // Also where the page makes it look again.
    await page.setViewportSize({ width, height: 800 });
    await page.waitForTimeout(500);
    expect((await frame.boundingBox())?.height).toBe(before);
  });

test("a prompt that the page offers becomes the draft only when the person takes it", async ({ page }) => {
  await open(page);
  await offer(page, "Once upon a time, a fox");
  const question = frameOf(page).getByText(`${host.origin} offers a text`);
  await expect(question).toBeVisible();
  await expect(field(page)).toHaveValue("");
  // What is asked about does not change while it is looked at.
  await offer(page, "Something else");
  await expect(frameOf(page).getByText("Something else")).toHaveCount(0);
  await frameOf(page).getByRole("button", { name: "No", exact: true }).click();
  await expect(question).toBeHidden();
  await expect(field(page)).toHaveValue("");

  await offer(page, "A second text");
  const use = frameOf(page).getByRole("button", { name: "Use it" });
  await expect(use).toHaveAttribute("aria-disabled", "false");
  await use.click();
  await expect(field(page)).toHaveValue("A second text");
  // Nothing was sent by that, and the page was told nothing of either answer.
  expect((await heard(page)).events.map(([name]) => name)).toEqual(["ready"]);
});

test("a question that something lies over cannot be answered", async ({ page }) => {
  await open(page);
  await page.locator("sotto-widget").evaluate((element) => (element.style.opacity = "0.01"));
  await offer(page, "Once upon a time, a fox");
  const use = frameOf(page).getByRole("button", { name: "Use it" });
  await expect(use).toBeVisible();
  await page.waitForTimeout(1500);
  await use.click({ force: true });
  await expect(field(page)).toHaveValue("");
  await page.locator("sotto-widget").evaluate((element) => (element.style.opacity = ""));
  await expect(use).toHaveAttribute("aria-disabled", "false");
});

test("a page may begin stricter and never lower, and the person may choose", async ({ page }) => {
  await open(page, "?preset=strict&theme=dark");
  await expect(preset(page, "Strict")).toBeChecked();
  await expect(frameOf(page).locator("html")).toHaveAttribute("data-theme", "dark");
  await preset(page, "Light").check();
  await expect(preset(page, "Light")).toBeChecked();
  for (const asked of ["light", "off", "none"]) {
    await open(page, `?preset=${asked}`);
    await expect(preset(page, "Balanced")).toBeChecked();
  }
});

test("hostile messages change nothing", async ({ page }) => {
  await open(page);
  await field(page).fill(SECRET);
  await preset(page, "Strict").check();
  const before = (await heard(page)).posted.length;
  await page.evaluate(async (origin) => {
    const frame = document.querySelector("sotto-widget")!.shadowRoot!.querySelector("iframe")!;
    const say = (data: unknown) => frame.contentWindow!.postMessage(data, origin);
    const types = ["preset", "read", "draft", "share", "accept", "send", "configure", "reply", "sent", "ready"];
    for (const type of types) say({ sotto: 1, type, preset: "light", prompt: "x", text: "x", offer: 1, reply: "1.1" });
    say({ sotto: 2, type: "connect" });
    say({ sotto: 1, type: "connect", preset: "light" });
    say("connect");
    say({ sotto: 1, type: "offer", prompt: "outside of the port" });
    // From other windows than its parent, to a frame that they can reach: one of the page's own origin, and one of none.
    const plain = document.createElement("iframe");
    plain.src = `${origin}/embed.html`;
    const loaded = new Promise((resolve) => (plain.onload = resolve));
    document.body.append(plain);
    await loaded;
    const forgery = 'parent[0].postMessage({ sotto: 1, type: "connect" }, "*")';
    const sibling = document.createElement("iframe");
    document.body.append(sibling);
    (sibling.contentWindow as unknown as { eval(script: string): void }).eval(forgery);
    const opaque = document.createElement("iframe");
    opaque.srcdoc = `<script>${forgery}; parent.postMessage("forged", "*")</script>`;
    opaque.setAttribute("sandbox", "allow-scripts");
    document.body.append(opaque);
    for (let i = 0; i < 5000; i++) say({ sotto: 1, type: "theme", theme: "dark" });
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }, server.url);
  await expect(field(page)).toHaveValue(SECRET);
  await expect(preset(page, "Strict")).toBeChecked();
  await expect(frameOf(page).getByText("outside of the port")).toHaveCount(0);
  await expect(frameOf(page).locator("html")).not.toHaveAttribute("data-theme", "dark");
  const { events: told, posted } = await heard(page);
  expect(told.map(([name]) => name)).toEqual(["ready"]);
  // All that came back is what the forger said to the page itself: neither frame answered.
  expect(posted.slice(before)).toEqual(["forged"]);
});

test("a flood through the port is not listened to, and the person is not asked again and again", async ({ page }) => {
  await open(page);
  await page.locator("sotto-widget").evaluate((element) => {
    for (let i = 0; i < 3000; i++) (element as Element).offer(`offer ${i}`);
  });
  await expect(frameOf(page).getByText("offer 0")).toBeVisible();
  await frameOf(page).getByRole("button", { name: "No", exact: true }).click();
  await page.waitForTimeout(300);
  await expect(frameOf(page).getByRole("button", { name: "Use it" })).toHaveCount(0);
  await expect(field(page)).toBeEditable();
});

test("a frame that is loaded anew is found again", async ({ page }) => {
  await open(page);
  await page.locator("sotto-widget").evaluate((element) => {
    const frame = element.shadowRoot!.querySelector("iframe")!;
    frame.src = String(frame.src);
  });
  await expect.poll(() => events(page, "ready")).toHaveLength(2);
  await offer(page, "After that");
  await expect(frameOf(page).getByText("After that")).toBeVisible();
});

test("a page that is not on the list sees nothing", async ({ page }) => {
  const refused: string[] = [];
  page.on("console", (message) => refused.push(message.text()));
  await page.goto(stranger.origin);
  // The loader is not for it; neither is the frame, which it may as well write itself.
  await page.evaluate((address) => {
    const frame = document.createElement("iframe");
    frame.src = `${address}/embed.html`;
    frame.onload = () => frame.contentWindow!.postMessage({ sotto: 1, type: "connect" }, "*");
    document.body.append(frame);
  }, server.url);
  await expect.poll(() => refused.join("\n")).toContain("frame-ancestors");
  expect(refused.join("\n")).toContain("CORS");
  await page.waitForTimeout(500);
  expect((await heard(page)).events).toEqual([]);
  expect((await heard(page)).posted).toEqual([]);
  expect(page.frames().every((frame) => !frame.url().startsWith(server.url))).toBe(true);
});

test("it computes on one thread where the page is not isolated and says so, and on several where it is", async ({
  page,
}) => {
  await open(page);
  await expect(frameOf(page).getByText("Ready on WASM, one thread")).toBeVisible();
  await expect(frameOf(page).getByText(/One thread only/)).toBeVisible();
  await open(page, "", isolated);
  await expect(frameOf(page).getByText(/Ready on WASM, \d threads/)).toBeVisible();
  await expect(frameOf(page).getByText(/One thread only/)).toHaveCount(0);
});

test("it has a name, and no faults that axe finds", async ({ page }) => {
  await open(page);
  await offer(page, "Once upon a time, a fox");
  await expect(page.getByTitle("Sotto: private writing")).toBeVisible();
  await sendAndWait(page, "There was a small fox.");
  const { violations } = await new AxeBuilder({ page }).include("sotto-widget").analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ target }) => target)])).toEqual([]);
});
