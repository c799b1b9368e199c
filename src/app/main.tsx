import "../sdk/without-eval.ts";
import { startTransition } from "react";
import { createRoot, hydrateRoot } from "react-dom/client";
import { language, startLanguage } from "./i18n/i18n.ts";
import { Ask, fetchParts } from "./late/parts.ts";
import { painted } from "./late/painted.ts";
import { lateSdk } from "./late/sdk.ts";
import { page } from "./page.tsx";
import { watchInstall } from "./pwa/install.ts";
import { registerWorker } from "./pwa/register.ts";
import { applySettings } from "./settings/apply.ts";
import { settings } from "./settings/store.ts";
import { colourBrowserBar } from "./theme.ts";
import "./styles/index.css";

// On a slow connection they would take their share of it from what is painted first.
const sdk = lateSdk(() => painted().then(() => import("./sdk-code.ts")));

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");
colourBrowserBar();
applySettings();
watchInstall();
/** What can wait until there is something to see, and would take its share of the network and the processor from it. */
const afterPaint = () => void painted().then(fetchParts).then(registerWorker);

/** The view that this visit begins in, where it is not the one that is here already. One that does not come says so, and asks again. */
async function fetchView(): Promise<void> {
  if (settings.held().settings.task === "classify") await Ask.fetch().catch(() => undefined);
}

// In the person's language from the first word on. English is here already; another one is one small file.
void Promise.all([startLanguage(settings.held().settings.language), fetchView()]).then(() => {
  const whole = page(sdk, window.location.origin, afterPaint);
  const asks = settings.held().settings.task === "classify";
  // In slices, and not in one stretch in which nothing can be pressed.
  startTransition(() => {
    // index.html has a picture of the page, in English, once it is built; of the other view it has none.
    if (language() === "en" && !asks && root.hasChildNodes()) hydrateRoot(root, whole);
    else createRoot(root).render(whole);
  });
});
