/** Which server and which bundle of it this page is for, and what that does. */
import type { Chosen, Place } from "./components/servers/ServersSheet.tsx";
import type { Settings } from "./settings/settings.ts";

/** As the settings have it; what they leave open is the page's own. */
export function placeOf({ server, bundle, task }: Pick<Settings, "server" | "bundle" | "task">, own: Place): Chosen {
  return { server: server ?? own.server, bundle: bundle ?? own.bundle, task };
}

export function isSamePlace(a: Place, b: Place): boolean {
  return a.server === b.server && a.bundle === b.bundle;
}
