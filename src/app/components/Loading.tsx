import { useRef } from "react";
import { useTranslation } from "react-i18next";
import type { LoadProgress } from "../../sdk/types.ts";
import { useCustomProperty } from "../hooks/useCustomProperty.ts";
import { t } from "../i18n/i18n.ts";
import type { Engine } from "../engine.ts";
import { bytes } from "../wording.ts";
import { FailureNotice } from "./Notice.tsx";

/** What is fetched before the first message, in bytes; or why that failed. */
export function Loading({ engine, onRetry }: { engine: Engine<unknown>; onRetry: () => void }) {
  useTranslation();
  if (engine.status === "ready") return null;
  if (engine.status === "failed") {
    return (
      <FailureNotice failure={engine.failure}>
        <button type="button" className="button" onClick={onRetry}>
          {t("common:tryAgain")}
        </button>
      </FailureNotice>
    );
  }
  const { bundle, runtime } = engine;
  return (
    <section className="loading" aria-label={t("composer:preparing")}>
      <p className="loading-why">
        {isHere(bundle) && isHere(runtime) ? t("composer:bothHere") : t("composer:needsTwo")}
      </p>
      <Part name={t("composer:bundle")} what={t("composer:bundleIs")} progress={bundle} />
      <Part name={t("composer:runtime")} what={t("composer:runtimeIs")} progress={runtime} />
    </section>
  );
}

function Part({ name, what, progress }: { name: string; what: string; progress: LoadProgress | null }) {
  const bar = useRef<HTMLSpanElement>(null);
  const share = progress === null || progress.total === 0 ? 0 : Math.min(1, progress.loaded / progress.total);
  useCustomProperty(bar, "--share", String(share));
  const state = loadState(progress);
  return (
    <div className="loading-part">
      <span className="loading-name">
        {name} <span className="aside-note">{what}</span>
      </span>
      <span className="loading-state">{state}</span>
      <span
        ref={bar}
        className="bar"
        role="progressbar"
        aria-label={name}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(100 * share)}
        aria-valuetext={state}
      />
    </div>
  );
}

function isHere(progress: LoadProgress | null): boolean {
  return progress !== null && progress.total > 0 && progress.loaded >= progress.total;
}

/** In bytes, and from where. */
export function loadState(progress: LoadProgress | null): string {
  if (progress === null) return t("composer:loadWaiting");
  const { loaded, total, cached } = progress;
  if (isHere(progress)) return t(cached ? "composer:loadKept" : "composer:loadDone", { total: bytes(total) });
  const part = { loaded: bytes(loaded), total: total > 0 ? bytes(total) : "…" };
  return t(cached ? "composer:loadReading" : "composer:loadUnderWay", part);
}
