import { StrictMode } from "react";
import { Root } from "./Root.tsx";
import { Boundary } from "./components/Boundary.tsx";
import type { Sdk } from "./sdk.ts";

/** The whole page: what main.tsx runs, and what index.html has a picture of. */
export function page(sdk: Sdk, own: string, onShown: () => void) {
  return (
    <StrictMode>
      <Boundary>
        <Root sdk={sdk} own={own} bundle="demo-stories" onShown={onShown} />
      </Boundary>
    </StrictMode>
  );
}
