import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createClient, mixedCost, privacyCost } from "../sdk/index.ts";
import { browserConversations } from "../sdk/conversations.ts";
import { App } from "./App.tsx";
import { Boundary } from "./components/Boundary.tsx";
import { colourBrowserBar } from "./theme.ts";
import "./styles/index.css";

const conversations = browserConversations();
const sdk = { createClient, mixedCost, privacyCost };

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");
colourBrowserBar();
createRoot(root).render(
  <StrictMode>
    <Boundary>
      <App sdk={sdk} server={window.location.origin} bundle="demo-stories" conversations={conversations} />
    </Boundary>
  </StrictMode>,
);
