/**
 * The screenshots that a browser shows when it offers to install the page: those of docs/screenshots, as WebP, which Chromium writes.
 * To be run after `npm run screenshots`: `npx tsx e2e/store-screenshots.ts`.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { chromium } from "@playwright/test";
import { locateChromium, thisMachine } from "../scripts/find-chromium.ts";

/** As the manifest has them: from, to. Each form factor has one size. */
const PICTURES = [
  ["desktop-light", "conversation-wide"],
  ["history-desktop-light", "history-wide"],
  ["empty-phone-light", "opening-narrow"],
  ["preview-phone-light", "preview-narrow"],
] as const;
const QUALITY = 0.86;

const executablePath = locateChromium(thisMachine);
if (executablePath === null) throw new Error("No Chromium: run `npx tsx scripts/find-chromium.ts` first.");
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
const page = await browser.newPage();
await mkdir("public/screenshots", { recursive: true });
for (const [from, to] of PICTURES) {
  const png = (await readFile(`docs/screenshots/${from}.png`)).toString("base64");
  const webp = await page.evaluate(
    async ([source, quality]) => {
      const picture = new Image();
      picture.src = `data:image/png;base64,${source}`;
      await picture.decode();
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [picture.naturalWidth, picture.naturalHeight];
      canvas.getContext("2d")?.drawImage(picture, 0, 0);
      return canvas.toDataURL("image/webp", quality).split(",")[1] ?? "";
    },
    [png, QUALITY] as const,
  );
  await writeFile(`public/screenshots/${to}.webp`, Buffer.from(webp, "base64"));
}
await browser.close();
