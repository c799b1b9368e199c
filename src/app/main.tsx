import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./App.tsx";
import { Boundary } from "./components/Boundary.tsx";
import { fetchParts } from "./late/parts.ts";
import { painted } from "./late/painted.ts";
import { lateSdk } from "./late/sdk.ts";
import { colourBrowserBar } from "./theme.ts";
import "./styles/index.css";

// On a slow connection they would take their share of it from what is painted first.
const sdk = lateSdk(() => painted().then(() => import("../sdk/index.ts")));

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");
colourBrowserBar();
createRoot(root).render(
  <StrictMode>
    <Boundary>
      <App sdk={sdk} server={window.location.origin} bundle="demo-stories" />
    </Boundary>
  </StrictMode>,
);
void painted().then(fetchParts);
