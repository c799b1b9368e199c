/** The page as an app: it can be installed, starts without a network, takes a share, and offers a new version without forcing it. */
import { expect, test, type Page } from "@playwright/test";
import { openChangingServer } from "./pwa-server.ts";
import { recordTraffic, leaks, traces } from "./traffic.ts";
import { visitAgain } from "./visit-again.ts";

test.use({ serviceWorkers: "allow" });

const SHARED = "Ottilie Brandt of 14 Quince Lane lost her silver ring.";

/** The page with its service worker in charge, and all that it needs kept. */
async function open(page: Page, address = "/"): Promise<void> {
  await visitAgain(page);
  await page.goto(address);
  await expect(page.getByText(/Ready on/)).toBeVisible({ timeout: 30_000 });
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    if (navigator.serviceWorker.controller === null) {
      await new Promise((resolve) => navigator.serviceWorker.addEventListener("controllerchange", resolve));
    }
  });
  await expect.poll(() => kept(page, "sotto-assets-v1")).toContainEqual(expect.stringMatching(/\.wasm$/));
  await expect.poll(() => kept(page, "sotto-assets-v1")).toContainEqual(expect.stringMatching(/\.mjs$/));
  await expect.poll(() => kept(page, "sotto-assets-v1")).toContainEqual(expect.stringMatching(/\/ort\.\w+\.min-/));
}

const kept = (page: Page, name: string) =>
  page.evaluate(async (cacheName) => {
    const cache = await caches.open(cacheName);
    return (await cache.keys()).map(({ url }) => new URL(url).pathname);
  }, name);

test("can be installed", async ({ page, context }) => {
  await open(page);
  const devtools = await context.newCDPSession(page);
  const { installabilityErrors } = await devtools.send("Page.getInstallabilityErrors");
  // Every test has a profile of its own that is not kept.
  expect(installabilityErrors.filter(({ errorId }) => errorId !== "in-incognito")).toEqual([]);
  const { errors, data } = await devtools.send("Page.getAppManifest");
  expect(errors).toEqual([]);
  const manifest = JSON.parse(data ?? "") as Record<"icons" | "screenshots", { src: string; sizes: string }[]> & {
    share_target: object;
  };
  for (const { src, sizes } of [...manifest.icons, ...manifest.screenshots]) {
    const size = await page.evaluate(async (address) => {
      const picture = new Image();
      picture.src = address;
      await picture.decode();
      return `${picture.naturalWidth}x${picture.naturalHeight}`;
    }, src);
    if (sizes !== "any") expect([src, size]).toEqual([src, sizes]);
  }
  expect(manifest.share_target).toMatchObject({ method: "POST", enctype: "multipart/form-data" });
});

test("starts without a network, isolated as with one, and the meter works", async ({ page, context }) => {
  await open(page);
  await context.setOffline(true);
  await page.reload();
  await expect(page.getByText(/Ready on/)).toBeVisible({ timeout: 30_000 });
  await page.getByLabel("Your text").fill("A dog and a boy went out to play.");
  const meter = page.getByRole("meter", { name: "Bits this message" });
  await expect.poll(async () => Number(await meter.getAttribute("aria-valuenow"))).toBeGreaterThan(0);
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  // The policy came along, too.
  const refused = await page.evaluate(
    () =>
      new Promise<string>((resolve) => {
        document.addEventListener("securitypolicyviolation", ({ violatedDirective }) => resolve(violatedDirective));
        new Image().src = "https://elsewhere.example/x.png";
      }),
  );
  expect(refused).toContain("img-src");
});

test("keeps the runtime of this machine alone, and nothing of the widget", async ({ page }) => {
  await open(page);
  const assets = await kept(page, "sotto-assets-v1");
  expect(assets.filter((path) => path.endsWith(".wasm"))).toHaveLength(1);
  expect(assets.filter((path) => path.includes("asyncify") || path.includes("webgpu"))).toEqual([]);
  const shell = await kept(page, "sotto-shell-v1");
  expect(shell).toContain("/index.html");
  expect(shell.filter((path) => /embed|ort|\.wasm/.test(path))).toEqual([]);
});

test("answers for the page's own addresses alone", async ({ page, context }) => {
  await open(page);
  await context.setOffline(true);
  await page.goto("/settings");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  for (const path of ["/embed.html", "/embed.js", "/v1/models", "/bundles", "/metrics", "/page/config.json"]) {
    await expect(page.goto(path), path).rejects.toThrow(/ERR_INTERNET_DISCONNECTED/);
  }
});

test.describe("a share", () => {
  // The browser posts one without a page; a page's form can stand for it once the policy does not forbid that.
  test.use({ bypassCSP: true });

  const share = (page: Page, text: string) =>
    page.evaluate((shared) => {
      const form = Object.assign(document.createElement("form"), { action: "/share", method: "post" });
      form.enctype = "multipart/form-data";
      form.append(Object.assign(document.createElement("textarea"), { name: "text", value: shared }));
      document.body.append(form);
      form.submit();
    }, text);

  test("comes into the field, once, and goes nowhere", async ({ page }) => {
    await open(page);
    const traffic = recordTraffic(page);
    const received: string[] = [];
    page.context().on("request", (request) => {
      if (request.method() === "POST" && request.serviceWorker() !== null) received.push(request.url());
    });
    await share(page, SHARED);
    await expect(page.getByLabel("Your text")).toHaveValue(SHARED);
    await expect(page).toHaveURL(/\/$/);
    // The browser's own post ends in the service worker; nothing leaves from there, and no address holds a word of it.
    expect(received).toEqual([]);
    const onwards = traffic.sent.filter(({ url }) => url.pathname !== "/share");
    expect(leaks(onwards, traces(SHARED, 8))).toEqual([]);
    await page.reload();
    await expect(page.getByText(/Ready on/)).toBeVisible({ timeout: 30_000 });
    await expect(page.getByLabel("Your text")).toHaveValue("");
  });

  test("works without a network", async ({ page, context }) => {
    await open(page);
    await context.setOffline(true);
    await share(page, SHARED);
    await expect(page.getByLabel("Your text")).toHaveValue(SHARED);
  });
});

/** What the changing server writes into its next page. */
const version = (page: Page) => page.locator('meta[name="version"]');

test("a new version is offered, and taken when the person says so", async ({ page, context }) => {
  const server = await openChangingServer();
  try {
    await open(page, server.url);
    const other = await context.newPage();
    await open(other, server.url);
    await page.getByLabel("Your text").fill("A draft that must not go by itself.");
    await server.newVersion("The next one");
    const update = () => navigator.serviceWorker.getRegistration().then((r) => r?.update());
    await page.evaluate(update);
    const button = page.getByRole("button", { name: "Reload into the new version" });
    await expect(button).toBeVisible();
    await expect(page.getByLabel("Your text")).toHaveValue("A draft that must not go by itself.");
    // A page that opens now is of the version that is in charge.
    await expect(version(page)).toHaveCount(0);
    await button.click();
    await expect(version(page)).toHaveAttribute("content", "The next one");
    await expect(button).toBeHidden();
    // The other tab goes on as it is, and is told.
    await expect(other.getByRole("button", { name: "Reload into the new version" })).toBeVisible();
    await expect(version(other)).toHaveCount(0);
  } finally {
    await server.close();
  }
});
