import "../sdk/without-eval.ts";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "./i18n/i18n.ts";
import { createClient, mixedCost, privacyCost } from "../sdk/index.ts";
import { App } from "./App.tsx";
import { Boundary } from "./components/Boundary.tsx";
import { watchInstall } from "./pwa/install.ts";
import { UpdateNotice } from "./pwa/UpdateNotice.tsx";
import { registerWorker } from "./pwa/register.ts";
import { colourBrowserBar } from "./theme.ts";
import "./styles/index.css";

const sdk = { createClient, mixedCost, privacyCost };

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");
colourBrowserBar();
watchInstall();
registerWorker();
createRoot(root).render(
  <StrictMode>
    <Boundary>
      <App sdk={sdk} server={window.location.origin} bundle="demo-stories" />
      <UpdateNotice />
    </Boundary>
  </StrictMode>,
);
