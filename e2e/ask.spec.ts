/** The view for bundles that are asked: chosen in the picker, asked of a server that never receives the question, and answered. */
import { expect, test, type Page } from "@playwright/test";
import { expectAccessible } from "./accessible.ts";
import { leaks, recordTraffic, traces } from "./traffic.ts";
import { KEY } from "./visited.ts";

const QUESTION = "Ottilie Brandt of 14 Quince Lane still waits for her new card. Where is it?";
const OTHER = "Why was I given less cash than I asked for?";
const ROUTE = "**/v1/classifications";

const field = (page: Page) => page.getByLabel("Your question");
const send = (page: Page) => page.getByRole("button", { name: "Send", exact: true });
const answer = (page: Page) => page.getByTestId("answer");

/** The page as it is for whoever chose this bundle before, ready to be asked. */
async function open(page: Page, settings: object = {}): Promise<void> {
  const chosen = { welcomed: true, bundle: "demo-intents", task: "classify", ...settings };
  // Once: what the page itself sets later has to survive a reload.
  await page.addInitScript(
    ([key, value]) => {
      if (sessionStorage.getItem(key) === null) localStorage.setItem(key, value);
      sessionStorage.setItem(key, "");
    },
    [KEY, JSON.stringify(chosen)] as const,
  );
  await page.goto("/");
  await expect(page.getByText(/Ready on/)).toBeVisible({ timeout: 30_000 });
}

async function ask(page: Page, text: string): Promise<void> {
  await field(page).fill(text);
  await expect(send(page)).toHaveAttribute("aria-disabled", "false");
  await send(page).click();
}

/** Choose a bundle in the sheet. */
async function choose(page: Page, title: string): Promise<void> {
  await page.keyboard.press("Control+K");
  await page.getByRole("combobox").fill("Choose a server");
  await page.getByRole("combobox").press("Enter");
  await page.getByRole("radio", { name: title }).check();
  await page.getByRole("button", { name: `Use ${title}` }).click();
}

/** Frames of the questions so far. */
const frames = (traffic: ReturnType<typeof recordTraffic>) =>
  traffic.sent.filter(({ url }) => url.pathname === "/v1/classifications").map(({ frame }) => frame!.toString("hex"));

test("the picker offers it, by keyboard alone, and the choice survives a reload", async ({ page }) => {
  await page.goto("/");
  await expect(page.getByText(/Ready on/)).toBeVisible({ timeout: 30_000 });
  await page.keyboard.press("Control+K");
  await expect(page.getByRole("combobox")).toBeFocused();
  await page.keyboard.type("Choose a server");
  await page.keyboard.press("Enter");
  const stories = page.getByRole("radio", { name: "Stories" });
  const bank = page.getByRole("radio", { name: "Bank questions" });
  await expect(bank).toBeVisible();
  await stories.focus();
  await page.keyboard.press("ArrowDown");
  if (!(await bank.isChecked())) await page.keyboard.press("ArrowUp");
  await expect(bank).toBeChecked();
  await expect(page.getByText("says which of 77 topics a question is about")).toBeVisible();
  await page.getByRole("button", { name: "Use Bank questions" }).focus();
  await page.keyboard.press("Enter");

  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Ask under your breath.");
  await expect(field(page)).toBeFocused();
  await page.keyboard.type(OTHER);
  await expect(page.getByText(/Ready on/)).toBeVisible({ timeout: 30_000 });
  await page.keyboard.press("Control+Shift+Enter");
  await expect(page.getByTestId("leak-sentence")).toBeVisible({ timeout: 20_000 });
  await page.keyboard.press("Control+Enter");
  await expect(answer(page)).toBeVisible({ timeout: 20_000 });

  await page.reload();
  await expect(field(page)).toBeVisible();
  await expect(page.getByText(/Ready on/)).toBeVisible({ timeout: 30_000 });
  // Nothing is kept but what the server was told.
  await expect(field(page)).toHaveValue("");
  await expect(page.getByText(OTHER)).toHaveCount(0);
  await expect(page.getByTestId("since")).toContainText("at most 12.0 bits");
});

test("a bundle of the other kind than the settings say opens its own view", async ({ page }) => {
  await open(page, { task: "complete" });
  await expect(field(page)).toBeVisible();
  await expect(page.getByRole("alert")).toHaveCount(0);
});

for (const [task, bundle, first, then] of [
  ["complete", "demo-intents", "Your text", "Your question"],
  ["classify", "demo-stories", "Your question", "Your text"],
] as const)
  test(`what is typed before the kind of the bundle is known goes over with the caret: ${first}`, async ({ page }) => {
    let go = () => undefined as void;
    const held = new Promise<void>((resolve) => (go = resolve));
    await page.route("**/manifest.json", async (route) => {
      await held;
      await route.continue();
    });
    const chosen = JSON.stringify({ welcomed: true, bundle, task });
    await page.addInitScript(([key, value]) => localStorage.setItem(key, value), [KEY, chosen] as const);
    await page.goto("/");
    await page.getByLabel(first).click();
    await page.keyboard.type("Why was I given less?");
    await page.keyboard.press("ArrowLeft");
    const typing = page.keyboard.type(" cash than I asked for and nobody said why", { delay: 40 });
    go();
    await typing;
    await expect(page.getByLabel(then)).toBeFocused({ timeout: 30_000 });
    await page.keyboard.type(", please");
    const whole = "Why was I given less cash than I asked for and nobody said why, please?";
    await expect(page.getByLabel(then)).toHaveValue(whole);
  });

test("another bundle and back: the same words go as the same levels", async ({ page }) => {
  const traffic = recordTraffic(page);
  await open(page);
  await ask(page, QUESTION);
  await expect(answer(page)).toBeVisible({ timeout: 20_000 });
  await choose(page, "Stories");
  await expect(page.getByLabel("Your text")).toBeFocused();
  await choose(page, "Bank questions");
  await expect(field(page)).toBeFocused();
  await expect(page.getByText(/Ready on/)).toBeVisible({ timeout: 30_000 });
  await field(page).fill(`${QUESTION} `);
  await expect(page.getByText("Send sends the same levels again, at no cost.")).toBeVisible();
  await expect(send(page)).toHaveAttribute("aria-disabled", "false");
  await send(page).click();
  await expect(page.getByText("Sent again, no new cost")).toBeVisible({ timeout: 20_000 });
  const [first, second, ...more] = frames(traffic);
  expect(second).toBe(first);
  expect(more).toEqual([]);
  await expect(page.getByTestId("since")).toContainText("at most 12.0 bits");
});

test("what another tab chooses takes nothing away here, and holds after a reload", async ({ page, context }) => {
  await open(page);
  await ask(page, QUESTION);
  await expect(answer(page)).toBeVisible({ timeout: 20_000 });
  await field(page).fill(OTHER);
  const tab = await context.newPage();
  await tab.goto("/");
  const chosen = JSON.stringify({ welcomed: true, bundle: "demo-stories", task: "complete", textSize: "large" });
  await tab.evaluate(([key, value]) => localStorage.setItem(key, value), [KEY, chosen] as const);
  await expect(page.locator("html")).toHaveAttribute("data-text-size", "large");
  await expect(field(page)).toHaveValue(OTHER);
  await expect(answer(page)).toBeVisible();
  await page.reload();
  await expect(page.getByLabel("Your text")).toBeVisible();
});

test("the answer comes into sight by itself", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 560 });
  await open(page);
  await ask(page, QUESTION);
  await expect(answer(page)).toBeVisible({ timeout: 20_000 });
  await expect(answer(page)).toBeInViewport({ ratio: 0.5 });
});

test("a draw anew that the budget does not admit leaves the answer where it is", async ({ page }) => {
  const traffic = recordTraffic(page);
  await open(page);
  await page.getByRole("button", { name: "History and budgets" }).click();
  await page.getByRole("textbox", { name: "At most" }).fill("20");
  await page.getByRole("button", { name: "Set budget" }).click();
  await expect(page.getByRole("button", { name: /^Remove 20 bits/ })).toBeVisible();
  await page.keyboard.press("Escape");
  await ask(page, QUESTION);
  await expect(answer(page)).toBeVisible({ timeout: 20_000 });
  await page.getByRole("button", { name: "Draw anew" }).press("Enter");
  await expect(page.getByRole("alert")).toContainText("budget_exceeded");
  await expect(answer(page)).toBeVisible();
  await expect(page.getByRole("button", { name: "Ask again" })).toBeFocused();
  await expect(page.getByText("Sent. These levels left, and your text did not.")).toBeVisible();
  expect(frames(traffic)).toHaveLength(1);

  // Where the words would have to change there is no button: the field is next.
  await page.route(ROUTE, (route) =>
    route.fulfill({ status: 413, json: { error: { message: "Too large.", code: "frame_too_large" } } }),
  );
  await page.getByRole("button", { name: "Ask again" }).press("Enter");
  await expect(page.getByRole("alert")).toContainText("frame_too_large");
  await expect(field(page)).toBeFocused();
});

test("a question is answered by a server that does not receive it, and asked again as the same levels", async ({
  page,
}) => {
  const traffic = recordTraffic(page);
  await open(page);
  await ask(page, QUESTION);
  await expect(answer(page)).toBeVisible({ timeout: 20_000 });
  await expect(page.getByRole("list", { name: "How likely each topic is" }).getByRole("listitem")).toHaveCount(5);
  await page.getByRole("button", { name: "Show all 77 topics" }).click();
  await expect(page.getByRole("list", { name: "How likely each topic is" }).getByRole("listitem")).toHaveCount(77);
  await expect(page.getByTestId("since")).toContainText("at most 12.0 bits");

  // The same text, and the same text after another one: the same bytes, no new cost.
  await page.getByRole("button", { name: "Ask again" }).click();
  await expect.poll(() => frames(traffic)).toHaveLength(2);
  await expect(page.getByText("Sent again, no new cost")).toBeVisible();
  await ask(page, OTHER);
  await expect.poll(() => frames(traffic)).toHaveLength(3);
  await expect(page.getByTestId("since")).toContainText("at most 24.0 bits");
  await field(page).fill(QUESTION);
  await expect(page.getByText("Send sends the same levels again, at no cost.")).toBeVisible();
  await send(page).click();
  await expect.poll(() => frames(traffic)).toHaveLength(4);
  await expect(page.getByRole("button", { name: "Draw anew" })).toBeVisible();
  const [first, second, other, again] = frames(traffic);
  expect(second).toBe(first);
  expect(again).toBe(first);
  // Another question is as long.
  expect(other).not.toBe(first);
  expect(other!.length).toBe(first!.length);

  // Asked for by name, it is drawn anew, and costs.
  await page.getByRole("button", { name: "Draw anew" }).click();
  await expect.poll(() => frames(traffic)).toHaveLength(5);
  expect(frames(traffic)[4]).not.toBe(first);
  await expect(page.getByTestId("since")).toContainText("at most 36.0 bits");
  await expect(page.getByTestId("drawn")).toContainText("drawn 2 times");
  expect(leaks(traffic.sent, traces(QUESTION, 8))).toEqual([]);
});

test("the preview follows what is written, sends nothing, and goes when it is closed", async ({ page }) => {
  const traffic = recordTraffic(page);
  await open(page);
  await field(page).fill("My new card has not come in the post.");
  await page.getByRole("button", { name: "What could the server read?" }).click();
  await expect(page.getByTestId("leak-sentence")).toContainText("Of 77 topics", { timeout: 20_000 });
  const taken = page.getByRole("list", { name: "What it would take it to be about" });
  await expect(taken.getByRole("listitem")).toHaveCount(5);
  await expect(taken.getByRole("listitem").first()).toContainText("Card has not arrived");
  await expect(page.getByText(/names 42\.7% right.*it names 37\.5%/)).toBeVisible();
  await field(page).fill("Somebody stole my card.");
  await expect(taken.getByRole("listitem").first()).toContainText(/stolen|misused/, { timeout: 20_000 });
  await page.getByRole("radio", { name: "Strict" }).check();
  await expect(page.getByText(/names 39\.9% right/)).toBeVisible({ timeout: 20_000 });
  await page.getByRole("button", { name: "Close", exact: true }).click();
  await expect(page.getByTestId("leak-sentence")).toHaveCount(0);
  expect(frames(traffic)).toEqual([]);
});

test("where no topic is likelier than the others together, it says that it is not sure", async ({ page }) => {
  // Words that dissolve are pale meanwhile.
  await page.emulateMedia({ reducedMotion: "reduce" });
  await open(page);
  // The server's own answer, with its probabilities as they would be of a question that it hardly understood.
  let top: readonly number[] = [0.4, 0.3];
  await page.route(ROUTE, async (route) => {
    const response = await route.fetch();
    const body = (await response.json()) as { labels: { probability: number }[] };
    const rest = (1 - top.reduce((a, b) => a + b, 0)) / (body.labels.length - top.length);
    const labels = body.labels.map((label, i) => ({ ...label, probability: top[i] ?? rest }));
    await route.fulfill({ response, json: { ...body, labels } });
  });
  await ask(page, QUESTION);
  await expect(page.getByText("Not sure: it may be one of these.", { exact: true })).toBeVisible({ timeout: 20_000 });
  await expect(answer(page).getByRole("listitem")).toHaveCount(2);
  await expect(page.getByText(/At Light it answers 89\.6% of test questions right/)).toBeVisible();
  await expectAccessible(page);
  top = [0.1];
  await ask(page, OTHER);
  await expect(page.getByText("Not sure at all: no topic stands out.")).toBeVisible({ timeout: 20_000 });
});

test("after a failure the same frame is sent, and nothing is drawn anew", async ({ page }) => {
  const traffic = recordTraffic(page);
  await open(page);
  await page.route(ROUTE, (route) =>
    route.fulfill({ status: 503, json: { error: { message: "Busy.", code: "server_busy" } } }),
  );
  await ask(page, QUESTION);
  await expect(page.getByRole("alert")).toContainText("server_busy");
  await expect(field(page)).toHaveValue(QUESTION);
  await page.unroute(ROUTE);
  await page.getByRole("button", { name: "Try again" }).press("Enter");
  await expect(answer(page)).toBeVisible({ timeout: 20_000 });
  // What was pressed is gone; the focus is not.
  await expect(page.getByRole("button", { name: "Ask again" })).toBeFocused();
  const [first, second, ...more] = frames(traffic);
  expect(second).toBe(first);
  expect(more).toEqual([]);
  await expect(page.getByTestId("since")).toContainText("at most 12.0 bits");
});

test("a question under way can be stopped, and what is too long or offline is not sent", async ({ page, context }) => {
  await open(page);
  await page.route(ROUTE, () => undefined);
  await ask(page, QUESTION);
  await page.getByRole("button", { name: "Stop" }).click();
  await expect(page.getByRole("button", { name: "Ask again" })).toBeFocused();
  await expect(page.getByText("The levels may have reached the server.")).toBeVisible();
  await field(page).fill("card ".repeat(200));
  await expect(page.getByText(/Too long by \d+ tokens/)).toBeVisible();
  await expect(send(page)).toHaveAttribute("aria-disabled", "true");
  await context.setOffline(true);
  await field(page).fill(OTHER);
  await expect(page.getByText("You are offline.", { exact: true })).toBeVisible();
  await context.setOffline(false);
});

test("what a budget does not admit is not sent", async ({ page }) => {
  const traffic = recordTraffic(page);
  await open(page);
  await page.getByRole("button", { name: "History and budgets" }).click();
  await page.getByRole("textbox", { name: "At most" }).fill("8");
  await page.getByRole("button", { name: "Set budget" }).click();
  await expect(page.getByRole("button", { name: /^Remove 8 bits/ })).toBeVisible();
  await page.keyboard.press("Escape");
  await field(page).fill(QUESTION);
  await expect(page.getByText(/beyond your budget of 8 bits.*It would fit at Strict/)).toBeVisible();
  await expect(send(page)).toHaveAttribute("aria-disabled", "true");
  await page.getByRole("radio", { name: "Strict" }).check();
  await expect(send(page)).toHaveAttribute("aria-disabled", "false");
  expect(frames(traffic)).toEqual([]);
  await send(page).click();
  await expect(answer(page)).toBeVisible({ timeout: 20_000 });
  expect(frames(traffic)).toHaveLength(1);
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`has no axe violation and breaks no policy, ${colorScheme}`, async ({ page }) => {
    const violations: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "error") violations.push(message.text());
    });
    page.on("pageerror", (error) => violations.push(error.message));
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await open(page);
    await expectAccessible(page);
    await field(page).fill(QUESTION);
    await page.getByRole("button", { name: "What could the server read?" }).click();
    await expect(page.getByTestId("leak-sentence")).toBeVisible({ timeout: 20_000 });
    await expectAccessible(page);
    await send(page).click();
    await expect(answer(page)).toBeVisible({ timeout: 20_000 });
    await page.getByText("What could be read of what left").click();
    await expect(page.getByTestId("leak-sentence")).toBeVisible({ timeout: 20_000 });
    await expectAccessible(page);
    await page.setViewportSize({ width: 390, height: 844 });
    await expectAccessible(page);
    expect(violations).toEqual([]);
  });
}

for (const language of ["en", "ar"] as const) {
  test(`nothing scrolls sideways at 320 px, ${language}`, async ({ page }) => {
    await page.setViewportSize({ width: 320, height: 700 });
    const chosen = { welcomed: true, bundle: "demo-intents", task: "classify", language };
    await page.addInitScript(([key, value]) => localStorage.setItem(key, value), [
      KEY,
      JSON.stringify(chosen),
    ] as const);
    await page.goto("/");
    await expect(page.getByRole("radio").first()).toBeVisible({ timeout: 30_000 });
    await page
      .locator("#text")
      .fill("Averyveryverylongwordwithoutanyspacetobreakatwhichmustnotpushthepagewide and more");
    await page.locator(".leak-button").click();
    await expect(page.getByTestId("leak-sentence")).toBeVisible({ timeout: 20_000 });
    await page.locator("button[type=submit]").click();
    await expect(answer(page)).toBeVisible({ timeout: 20_000 });
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBeLessThanOrEqual(0);
  });
}
