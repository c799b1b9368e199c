import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./App.tsx";
import { Boundary } from "./components/Boundary.tsx";
import { startLanguage } from "./i18n/i18n.ts";
import { fetchParts } from "./late/parts.ts";
import { lateSdk } from "./late/sdk.ts";
import { watchInstall } from "./pwa/install.ts";
import { UpdateNotice } from "./pwa/UpdateNotice.tsx";
import { registerWorker } from "./pwa/register.ts";
import { colourBrowserBar } from "./theme.ts";
import "./styles/index.css";

const loadConversations = async () => (await import("./conversations/kept.ts")).kept;
const sdk = lateSdk(() => import("../sdk/index.ts"));

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");
colourBrowserBar();
watchInstall();
registerWorker();
const page = (
  <StrictMode>
    <Boundary>
      <App sdk={sdk} server={window.location.origin} bundle="demo-stories" loadConversations={loadConversations} />
      <UpdateNotice />
    </Boundary>
  </StrictMode>
);
// In the person's language from the first word on. English is here already; another one is one small file.
void startLanguage("auto").then(() => createRoot(root).render(page));
void fetchParts();
