import { useEffect, useMemo, useState } from "react";
import { App } from "./App.tsx";
import { kept as loadKept } from "./conversations/load.ts";
import { Ask } from "./late/parts.ts";
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

/** The page as the settings want it: a view for each task that a bundle may have. */
export function Root({ sdk, own, bundle, onShown }: Props) {
  const { server, bundle: chosen, task, keepConversations } = useSettings();
  const start = useMemo(() => ({ ...initialState, preset: settings.held().settings.preset }), []);
  useEffect(() => onShown(), [onShown]);
  const place = { sdk, own, server: server ?? own, bundle: chosen ?? bundle };
  const key = `${task} ${place.server} ${place.bundle}`;
  const [first] = useState(key);
  const [arriving, setArriving] = useState(false);
  if (key !== first && !arriving) setArriving(true);
  if (task === "classify") {
    // Another bundle is asked afresh: levels that were drawn for one say nothing to another.
    return <Ask key={key} {...place} arriving={arriving} onOtherTask={() => settings.update({ task: "complete" })} />;
  }
  return (
    <App
      {...place}
      loadConversations={keepConversations ? loadKept : null}
      start={start}
      arriving={arriving}
      onOtherTask={() => settings.update({ task: "classify" })}
    />
  );
}
