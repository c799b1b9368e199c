import { useCallback, useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { OfferedBundle } from "../../../sdk/servers.ts";
import type { AnyManifest } from "../../../sdk/types.ts";
import { DELTA } from "../../privacy.ts";
import type { Sdk } from "../../sdk.ts";
import { useServers, type ListedServer, type ServerSource } from "../../servers/useServers.ts";
import type { Task } from "../../settings/settings.ts";
import type { DeviceStorage, StoredItem } from "../../../sdk/storage.ts";
import { FailureNotice } from "../Notice.tsx";
import { ApiKeyForm } from "../settings/ApiKeys.tsx";
import { Sheet, SheetSection } from "../sheet/Sheet.tsx";
import { BundleOption } from "./BundleOption.tsx";

/** A bundle of a server, by name. */
export interface Place {
  /** Origin. */
  readonly server: string;
  /** Id of the bundle. */
  readonly bundle: string;
}

/** One that was chosen, and what it does. */
export interface Chosen extends Place {
  readonly task: Task;
}

interface Props {
  /** Origin of this page. */
  readonly own: string;
  readonly current: Place;
  readonly source: ServerSource;
  readonly sdk: Pick<Sdk, "privacyCost" | "gistCost">;
  /** Says what of a bundle is on this device. Without it nothing is said about that. */
  readonly storage?: Pick<DeviceStorage, "list">;
  /** Called once, and then the sheet closes. */
  readonly onChoose: (chosen: Chosen) => void;
  readonly onClose: () => void;
}

/** Every server this page may speak to, and the bundles of each, to choose one. */
export function ServersSheet(props: Props) {
  const { t } = useTranslation("servers");
  const { servers, retry } = useServers(props.source, props.own);
  const kept = useKept(props.storage);
  return (
    <Sheet title={t("title")} className="servers" onClose={props.onClose}>
      <p className="aside-note">{t("intro")}</p>
      <ServerList {...props} servers={servers} kept={kept} onRetry={retry} />
    </Sheet>
  );
}

/** What is on this device, once it is known. */
function useKept(storage: Props["storage"]): readonly StoredItem[] {
  const [items, setItems] = useState<readonly StoredItem[]>([]);
  useEffect(() => {
    let current = true;
    storage?.list().then(
      (found) => current && setItems(found),
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [storage]);
  return items;
}

interface ListProps extends Omit<Props, "source" | "storage" | "onClose"> {
  readonly servers: readonly ListedServer[];
  readonly kept: readonly StoredItem[];
  readonly onRetry: (server: string) => void;
}

/** The servers and the one radio group of all their bundles. Picking is not choosing: that takes the button, for it may download. */
export function ServerList({ own, current, sdk, servers, kept, onRetry, onChoose }: ListProps) {
  const { t } = useTranslation("servers");
  const group = useId();
  const [picked, setPicked] = useState<Place>(current);
  const bitsOf = useCallback(
    (manifest: AnyManifest, preset: string) =>
      manifest.split === "gist"
        ? sdk.gistCost(manifest, preset, DELTA).bits
        : sdk.privacyCost(manifest, preset, 1, DELTA, "token").bits,
    [sdk],
  );
  const offered = servers.flatMap(({ state }) => (state.status === "ready" ? state.bundles : []));
  const chosen = offered.find((bundle) => isAt(bundle, picked));
  const same = chosen !== undefined && isAt(chosen, current);
  const disabled = chosen === undefined || chosen.offer === null || same;
  const list = useRef<HTMLDivElement>(null);

  useEffect(() => {
    // A key was taken or a retry went well, and what had the focus is gone: on to what came in its place.
    if (document.activeElement !== document.body) return;
    const radios = [...(list.current?.querySelectorAll<HTMLInputElement>("input[type=radio]:enabled") ?? [])];
    (radios.find(({ checked }) => checked) ?? radios[0])?.focus();
  }, [servers]);

  return (
    <div className="servers-form">
      <div ref={list} role="radiogroup" aria-label={t("group")} className="servers-list">
        {servers.map(({ server, state }) => (
          <SheetSection key={server} title={server === own ? t("own", { server: hostOf(server) }) : hostOf(server)}>
            {state.status === "loading" && (
              <p className="aside-note" role="status">
                {t("loading")}
              </p>
            )}
            {state.status === "failed" && (
              <FailureNotice failure={state.failure}>
                <button type="button" className="button" onClick={() => onRetry(server)}>
                  {t("retry")}
                </button>
              </FailureNotice>
            )}
            {state.status === "needs-key" && (
              <NeedsKey server={server} refused={state.refused} onSaved={() => onRetry(server)} />
            )}
            {state.status === "ready" && state.bundles.length === 0 && <p className="sheet-empty">{t("empty")}</p>}
            {state.status === "ready" &&
              state.bundles.map((bundle) => (
                <BundleOption
                  key={bundle.id}
                  bundle={bundle}
                  group={group}
                  chosen={isAt(bundle, picked)}
                  inUse={isAt(bundle, current)}
                  kept={kept.find(({ id }) => id === `bundle:${server}/${bundle.id}`) ?? null}
                  bitsOf={bitsOf}
                  onPick={() => setPicked({ server, bundle: bundle.id })}
                />
              ))}
          </SheetSection>
        ))}
      </div>
      <div className="servers-use">
        <button
          type="button"
          className="button button-send"
          aria-disabled={disabled}
          onClick={(event) => {
            if (disabled || chosen?.offer == null) return;
            event.currentTarget.closest("dialog")?.close();
            onChoose({ ...picked, task: chosen.offer.manifest.split === "gist" ? "classify" : "complete" });
          }}
        >
          {chosen === undefined ? t("pick") : t(same ? "useNow" : "use", { title: chosen.title })}
        </button>
      </div>
    </div>
  );
}

function NeedsKey(props: { readonly server: string; readonly refused: boolean; readonly onSaved: () => void }) {
  const { t } = useTranslation("servers");
  return (
    <div className="notice notice-quiet">
      <p role={props.refused ? "alert" : "status"}>{t(props.refused ? "keyRefused" : "needsKey")}</p>
      <ApiKeyForm server={props.server} onSaved={props.onSaved} />
    </div>
  );
}

function isAt(bundle: OfferedBundle, { server, bundle: id }: Place): boolean {
  return bundle.server === server && bundle.id === id;
}

function hostOf(server: string): string {
  return new URL(server).host;
}
