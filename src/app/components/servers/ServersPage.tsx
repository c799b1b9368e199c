import { useMemo, type ComponentProps } from "react";
import { configuredServers, listBundles } from "../../../sdk/servers.ts";
import { deviceStorage } from "../../../sdk/storage.ts";
import { ServersSheet } from "./ServersSheet.tsx";

type Props = Omit<ComponentProps<typeof ServersSheet>, "source" | "storage">;

const source = { configuredServers, listBundles };

/** The servers' sheet over the real servers. */
export function ServersPage(props: Props) {
  const storage = useMemo(() => deviceStorage(), []);
  return <ServersSheet {...props} source={source} storage={storage} />;
}
