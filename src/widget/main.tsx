import "../sdk/without-eval.ts";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { z } from "zod";
import { Boundary } from "../app/components/Boundary.tsx";
import { createClassifier, createClient, gistCost, mixedCost, privacyCost } from "../sdk/index.ts";
import { openFramePort } from "./frame-port.ts";
import { createLink } from "./link.ts";
import { readStart } from "./start.ts";
import { Widget } from "./Widget.tsx";
import "../app/styles/index.css";
import "./widget.css";

const sdk = { createClassifier, createClient, gistCost, mixedCost, privacyCost };
const config = z.object({ origins: z.array(z.string()) });

/** The pages that may hold this one, as its server says. None where it cannot be asked: the widget then speaks to nobody. */
async function readOrigins(): Promise<readonly string[]> {
  try {
    const response = await fetch("/embed/config.json", { credentials: "omit" });
    return config.parse(await response.json()).origins;
  } catch {
    return [];
  }
}

const start = readStart(window.location.search);
const link = createLink(start);
const within = window.parent !== window;
// Before the page has loaded, which is when the one around it says its first word.
if (within) {
  openFramePort({
    own: window,
    parent: window.parent,
    origins: readOrigins(),
    now: () => performance.now(),
    onHost: link.onHost,
    onMessage: link.onMessage,
  });
}

const root = document.getElementById("root");
if (root === null) throw new Error("embed.html has no #root");
createRoot(root).render(
  <StrictMode>
    <Boundary>
      <Widget sdk={sdk} server={window.location.origin} start={start} link={link} within={within} />
    </Boundary>
  </StrictMode>,
);
