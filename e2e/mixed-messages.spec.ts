/** Words that are sent in another way than the rest, and edits that send again what was not edited: by keyboard, on the wire. */
import AxeBuilder from "@axe-core/playwright";
import { expect, test, type Page } from "@playwright/test";
import { decodeFrame, type Segment } from "../src/core/wire/frame.ts";
import { recordTraffic, traces } from "./traffic.ts";

const TEXT = "Once upon a time, Ottilie lost her silver ring in the river.";

async function open(page: Page): Promise<void> {
  await page.goto("/");
  await expect(page.getByText(/Ready on/)).toBeVisible({ timeout: 30_000 });
  await page.getByRole("radio", { name: "Light" }).check();
}

/** With the keyboard: put the caret before `words` and select them. */
async function select(page: Page, text: string, words: string): Promise<void> {
  await page.getByLabel("Your text").focus();
  await page.keyboard.press("Control+Home");
  for (let i = 0; i < text.indexOf(words); i++) await page.keyboard.press("ArrowRight");
  for (let i = 0; i < words.length; i++) await page.keyboard.press("Shift+ArrowRight");
}

/** With the keyboard: from the field to the toolbar, along it to the treatment, and back. */
async function mark(page: Page, treatment: string): Promise<void> {
  await page.keyboard.press("Tab");
  const toolbar = page.getByRole("toolbar", { name: "Selected words" });
  const button = toolbar.getByRole("button", { name: treatment });
  await page.keyboard.press("Home");
  for (let i = 0; i < 6 && !(await button.evaluate((e) => e === document.activeElement)); i++) {
    await page.keyboard.press("ArrowRight");
  }
  await page.keyboard.press("Enter");
  await expect(button).toHaveAttribute("aria-pressed", "true");
  await expect(page.getByLabel("Your text")).toBeFocused();
}

async function send(page: Page): Promise<void> {
  await page.getByLabel("Your text").focus();
  await page.keyboard.press("Control+Enter");
  await ended(page);
}

async function ended(page: Page): Promise<void> {
  const progress = page.getByRole("list", { name: "Progress" });
  await expect(progress.getByText(/The reply (ended|reached its length)/)).toBeVisible({ timeout: 40_000 });
}

const segmentsOf = (frame: Buffer | null | undefined): readonly Segment[] =>
  decodeFrame(new Uint8Array(frame ?? Buffer.alloc(0))).segments;

/** The levels of each private token, in order. */
function rows(segments: readonly Segment[]): string[] {
  return segments.flatMap((segment) => {
    if (segment.kind !== "levels") return [];
    const { levels, dim } = segment;
    return Array.from({ length: levels.length / dim }, (_, t) => levels.subarray(t * dim, (t + 1) * dim).join());
  });
}

test("marked by keyboard alone, words leave as they were marked; an edit draws only what is new", async ({ page }) => {
  const traffic = recordTraffic(page);
  await open(page);
  await page.getByLabel("Your text").focus();
  await page.keyboard.type(TEXT);
  await expect(page.getByText("Select words to send them more quietly, or in the clear.")).toBeVisible();
  await select(page, TEXT, "Ottilie");
  await mark(page, "Strict");
  await select(page, TEXT, "Once upon a time,");
  await mark(page, "Public");
  await expect(page.getByText("Public words go to the server as they are.")).toBeVisible();
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await send(page);

  const first = segmentsOf(traffic.completions()[0]?.frame);
  expect(first.map((s) => (s.kind === "levels" ? s.preset : s.kind))).toEqual(["public", "strict", "light"]);

  // One word edited: "silver" becomes "golden".
  await select(page, TEXT, "silver");
  await page.keyboard.type("golden");
  await expect(page.getByText(/^\d+ of \d+ private tokens (is|are) new\./)).toBeVisible();
  await send(page);
  const second = segmentsOf(traffic.completions()[1]?.frame);
  const [before, after] = [rows(first), rows(second)];
  const kept = after.filter((row) => before.includes(row)).length;
  expect(kept).toBeGreaterThan(5);
  expect(after.length - kept).toBeGreaterThan(0);
  expect(after.length - kept).toBeLessThan(5);
  expect(second.map((s) => s.kind)).toEqual(first.map((s) => s.kind));

  // Unchanged, it goes again as it was; drawn anew, no row is the same.
  await send(page);
  expect(traffic.completions()[2]?.frame?.equals(traffic.completions()[1]?.frame ?? Buffer.alloc(0))).toBe(true);
  await ended(page);
  await page.getByRole("button", { name: "Draw anew" }).click();
  await expect.poll(() => traffic.completions().length).toBe(4);
  await ended(page);
  const anew = rows(segmentsOf(traffic.completions()[3]?.frame));
  expect(anew.filter((row) => after.includes(row))).toEqual([]);

  // The reply, taken in, is public; what was private before it goes again as it was.
  await page.getByRole("button", { name: "Go on" }).click();
  await expect(page.getByLabel("Your text")).toBeFocused();
  await page.keyboard.type(" Quentin smiled.");
  await expect(page.getByText(/private tokens are new/)).toBeVisible();
  await send(page);
  const turn = segmentsOf(traffic.completions()[4]?.frame);
  expect(turn.map((s) => s.kind)).toEqual(["public", "levels", "levels", "public", "levels"]);
  expect(rows(turn).slice(0, anew.length)).toEqual(anew);
  expect(rows(turn).length).toBeGreaterThan(anew.length);
  for (const secret of ["Ottilie", "Quentin"]) {
    for (const trace of traces(secret, secret.length)) {
      for (const { parts } of traffic.sent) expect(parts.some((part) => part.includes(trace))).toBe(false);
    }
  }
});

test("each token says what it may give away, along the row by arrow keys", async ({ page }) => {
  await open(page);
  await page.getByLabel("Your text").fill("A small fox");
  const chips = page.getByRole("group", { name: "Tokens of this message" });
  await expect(chips.getByRole("button")).toHaveCount(3);
  await chips.getByRole("button").first().focus();
  await page.keyboard.press("End");
  await expect(chips.getByRole("button", { name: /^‘fox’, light: at most [\d.]+ of 12 bits$/ })).toBeFocused();
  await expect(page.getByTestId("at-presets")).toContainText(/strict costs [\d.]+ bits, balanced costs [\d.]+ bits/);
});

test("marks lie exactly behind their words, and nothing scrolls sideways at 320 px", async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 720 });
  await open(page);
  const long = `${TEXT} `.repeat(8).trim();
  await page.getByLabel("Your text").fill(long);
  await select(page, long, "Ottilie");
  await mark(page, "Strict");
  const shape = await page.evaluate(() => {
    const [field, layer] = ["#text", ".highlights"].map((name) => document.querySelector<HTMLElement>(name)!);
    field!.scrollTop = field!.scrollHeight;
    return new Promise<readonly number[]>((resolve) =>
      requestAnimationFrame(() =>
        requestAnimationFrame(() =>
          resolve([
            field!.clientWidth - layer!.clientWidth,
            field!.scrollHeight - layer!.scrollHeight,
            field!.scrollTop - layer!.scrollTop,
            document.documentElement.scrollWidth - document.documentElement.clientWidth,
          ]),
        ),
      ),
    );
  });
  expect(shape).toEqual([0, 0, 0, 0]);
});
