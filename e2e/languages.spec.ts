/** The page in each language that it speaks: direction, accessibility, and room for longer words on narrow and magnified pages. */
import AxeBuilder from "@axe-core/playwright";
import { expect, test, type Page } from "@playwright/test";
import { LANGUAGES, type LanguageTag } from "../src/app/i18n/languages.ts";

/** What the button says in each language: for one who reads it, and so not taken from the page's own files. */
const SEND: Record<LanguageTag, string> = { en: "Send", es: "Enviar", de: "Senden", "zh-Hans": "发送", ar: "إرسال" };
const READY: Record<LanguageTag, RegExp> = {
  en: /Ready on/,
  es: /Listo con/,
  de: /Bereit mit/,
  "zh-Hans": /已就绪/,
  ar: /جاهز على/,
};
const TEXT = "Orla Venn wrote her secret number, 555 0142, on a piece of paper.";

// The engine starts and axe looks twice: on a busy machine that takes longer than a test may.
test.setTimeout(150_000);

async function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

async function faults(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}

for (const { tag, direction } of LANGUAGES) {
  test.describe(tag, () => {
    test.use({ locale: tag });

    test("speaks the browser's language, without a fault, wide, narrow and magnified", async ({ page }) => {
      await page.emulateMedia({ reducedMotion: "reduce" });
      await page.goto("/");
      await expect(page.getByText(READY[tag])).toBeVisible({ timeout: 30_000 });
      await expect(page.locator("html")).toHaveAttribute("lang", tag);
      await expect(page.locator("html")).toHaveAttribute("dir", direction);
      await page.locator("#text").fill(TEXT);
      const send = page.getByRole("button", { name: SEND[tag], exact: true });
      await expect(send).toBeEnabled({ timeout: 30_000 });
      await expect(page.locator(".chip").first()).toBeVisible();
      expect(await faults(page)).toEqual([]);

      // Every disclosure open: what is not open does not overflow.
      await page.evaluate(() =>
        document.querySelectorAll("main details").forEach((each) => each.setAttribute("open", "")),
      );
      for (const viewport of [
        { width: 320, height: 640 },
        // A window of 1280 x 1024 at 400 %.
        { width: 320, height: 256 },
        { width: 1280, height: 800 },
      ]) {
        await page.setViewportSize(viewport);
        expect(await overflow(page), `${viewport.width} px`).toBeLessThanOrEqual(0);
      }
      await page.setViewportSize({ width: 320, height: 640 });
      expect(await faults(page)).toEqual([]);
    });

    test("opens its sheets without a fault on a narrow page", async ({ page }) => {
      await page.emulateMedia({ reducedMotion: "reduce" });
      await page.setViewportSize({ width: 320, height: 640 });
      await page.goto("/");
      await expect(page.getByText(READY[tag])).toBeVisible({ timeout: 30_000 });
      for (const opener of [".header-tools > .button", ".footer .link-button"]) {
        await page.locator(opener).first().click();
        const sheet = page.locator("dialog[open]");
        await expect(sheet).toBeVisible();
        const wider = await sheet.evaluate((each) => each.scrollWidth - each.clientWidth);
        expect(wider, opener).toBeLessThanOrEqual(0);
        expect(await faults(page)).toEqual([]);
        await page.keyboard.press("Escape");
        await expect(sheet).toBeHidden();
      }
    });

    test("has no fault in forced colours", async ({ page }) => {
      await page.emulateMedia({ forcedColors: "active", reducedMotion: "reduce" });
      await page.goto("/");
      await expect(page.getByText(READY[tag])).toBeVisible({ timeout: 30_000 });
      await page.locator("#text").fill(TEXT);
      await expect(page.locator(".chip").first()).toBeVisible({ timeout: 30_000 });
      // Colours are the system's then: axe would measure those of the page.
      const { violations } = await new AxeBuilder({ page }).disableRules(["color-contrast"]).analyze();
      expect(violations.map(({ id }) => id)).toEqual([]);
    });
  });
}

test.describe("right to left", () => {
  test.use({ locale: "ar" });

  test("the page is mirrored, and what the person wrote, pictures and formulas are not", async ({ page }) => {
    await page.goto("/");
    await expect(page.getByText(READY.ar)).toBeVisible({ timeout: 30_000 });
    await page.locator("#text").fill(TEXT);
    const send = page.getByRole("button", { name: SEND.ar, exact: true });
    await expect(send).toBeEnabled({ timeout: 30_000 });
    await expect(page.locator(".chip").nth(1)).toBeVisible();
    const places = await page.evaluate(() => {
      const box = (selector: string, i = 0) => document.querySelectorAll(selector)[i]!.getBoundingClientRect();
      const [bar, button, wordmark] = [box(".send-bar"), box(".button-send"), box(".wordmark")];
      return {
        sendAtEnd: button.left - bar.left,
        wordmarkAtStart: wordmark.right > window.innerWidth / 2,
        panelAtEnd: box(".panel").right <= box(".conversation").left,
        chipsLeftToRight: box(".chip", 0).right <= box(".chip", 1).left + 1,
        field: getComputedStyle(document.querySelector("#text")!).direction,
        formula: getComputedStyle(document.querySelector(".costs bdi")!).direction,
      };
    });
    expect(places.sendAtEnd).toBeLessThan(8);
    expect(places.wordmarkAtStart).toBe(true);
    expect(places.panelAtEnd).toBe(true);
    expect(places.chipsLeftToRight).toBe(true);
    expect(places.field).toBe("ltr");
    expect(places.formula).toBe("ltr");
  });
});
