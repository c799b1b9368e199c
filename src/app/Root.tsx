import { useEffect, useMemo } from "react";
import { App } from "./App.tsx";
import { kept as loadKept } from "./conversations/load.ts";
import type { Sdk } from "./sdk.ts";
import { settings, useSettings } from "./settings/store.ts";
import { initialState } from "./state.ts";

interface Props {
  readonly sdk: Sdk;
  /** Origin of the page. */
  readonly own: string;
  /** Of its own server. */
  readonly bundle: string;
  /** The page is in the document, to be painted next. Called once. */
  readonly onShown: () => void;
}

/** The page as the settings want it. */
export function Root({ sdk, own, bundle, onShown }: Props) {
  const { server, bundle: chosen, keepConversations } = useSettings();
  const start = useMemo(() => ({ ...initialState, preset: settings.held().settings.preset }), []);
  useEffect(() => onShown(), [onShown]);
  return (
    <App
      sdk={sdk}
      own={own}
      server={server ?? own}
      bundle={chosen ?? bundle}
      loadConversations={keepConversations ? loadKept : null}
      start={start}
    />
  );
}
