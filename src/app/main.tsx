import "../sdk/without-eval.ts";
import { StrictMode } from "react";
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
import "./styles/index.css";

// On a slow connection they would take their share of it from what is painted first.
const sdk = lateSdk(() => painted().then(() => import("../sdk/index.ts")));

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");
colourBrowserBar();
applySettings();
watchInstall();
registerWorker();
const page = (
  <StrictMode>
    <Boundary>
      <Root sdk={sdk} own={window.location.origin} bundle="demo-stories" />
    </Boundary>
  </StrictMode>
);
// In the person's language from the first word on. English is here already; another one is one small file.
void startLanguage(settings.held().settings.language).then(() => {
  createRoot(root).render(page);
  void painted().then(fetchParts);
});
