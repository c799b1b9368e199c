import "../sdk/without-eval.ts";
import { startTransition, StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Root } from "./Root.tsx";
import { Boundary } from "./components/Boundary.tsx";
import { startLanguage } from "./i18n/i18n.ts";
import { fetchParts } from "./late/parts.ts";
import { painted } from "./late/painted.ts";
import { lateSdk } from "./late/sdk.ts";
import { watchInstall } from "./pwa/install.ts";
import { registerWorker } from "./pwa/register.ts";
import { applySettings } from "./settings/apply.ts";
import { settings } from "./settings/store.ts";
import { colourBrowserBar } from "./theme.ts";
import { about } from "./wording.ts";
import "./styles/index.css";

// On a slow connection they would take their share of it from what is painted first.
const sdk = lateSdk(async () => {
  await painted();
  // The first number a browser formats takes tens of milliseconds, and several times that once the runtime starts beside it.
  about(0);
  return import("./sdk-code.ts");
});

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");
colourBrowserBar();
applySettings();
watchInstall();
/** What can wait until there is something to see, and would take its share of the network and the processor from it. */
const afterPaint = () => void painted().then(fetchParts).then(registerWorker);
const page = (
  <StrictMode>
    <Boundary>
      <Root sdk={sdk} own={window.location.origin} bundle="demo-stories" onShown={afterPaint} />
    </Boundary>
  </StrictMode>
);
// In the person's language from the first word on. English is here already; another one is one small file.
void startLanguage(settings.held().settings.language).then(() => {
  // In slices, and not in one stretch in which nothing can be pressed.
  startTransition(() => createRoot(root).render(page));
});
