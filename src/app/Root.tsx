import { useEffect, useMemo, useState } from "react";
import { App } from "./App.tsx";
import { createRemembered } from "./ask/remembered.ts";
import type { Chosen } from "./components/servers/ServersSheet.tsx";
import { kept as loadKept } from "./conversations/load.ts";
import { handOver, type Handed } from "./handed.ts";
import { Ask } from "./late/parts.ts";
import type { Sdk } from "./sdk.ts";
import { isSamePlace, placeOf } from "./place.ts";
import type { Task } from "./settings/settings.ts";
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

/** Where this tab is, and what a person brought along. */
interface Here extends Chosen, Handed {}

/** The page: a view for each task that a bundle may have. */
export function Root({ sdk, own, bundle, onShown }: Props) {
  const { keepConversations } = useSettings();
  // Begun from the settings, and this tab's own from then on: what another tab chooses takes no draft and no answer from here.
  const [here, setHere] = useState<Here>(() => ({
    ...placeOf(settings.held().settings, { server: own, bundle }),
    text: "",
    arrival: null,
  }));
  const [first] = useState(here);
  const [remembered] = useState(createRemembered);
  useEffect(() => onShown(), [onShown]);

  const { server, bundle: id, task } = here;
  const start = useMemo(
    () => ({ ...initialState, preset: settings.held().settings.preset, draft: here.text }),
    [here.text],
  );
  const choose = (chosen: Chosen) => {
    settings.update(chosen);
    setHere({ ...chosen, text: "", arrival: { selection: null } });
  };
  /** The bundle turned out to be of the other kind: the same place, seen otherwise. */
  const turnTo = (other: Task, fetchNext: () => Promise<void>) =>
    void handOver(fetchNext, (handed) => {
      setHere((now) => (now === here ? { ...here, ...handed, task: other } : now));
      // Not where another tab, or the sheet, has chosen another place meanwhile.
      const stored = placeOf(settings.held().settings, { server: own, bundle });
      if (isSamePlace(stored, here)) settings.update({ task: other });
    });

  const place = { sdk, own, server, bundle: id, arrival: here.arrival, onChoose: choose };
  if (task === "classify") {
    return (
      <Ask
        // Another bundle is asked afresh: levels that were drawn for one say nothing to another.
        key={`${server} ${id}`}
        {...place}
        draft={here.text}
        remembered={remembered}
        onOtherTask={() => turnTo("complete", () => Promise.resolve())}
      />
    );
  }
  return (
    <App
      {...place}
      loadConversations={keepConversations ? loadKept : null}
      start={start}
      follows={here !== first}
      onOtherTask={() => turnTo("classify", Ask.fetch)}
    />
  );
}
