import { useTranslation } from "react-i18next";
import type { EngineInfo } from "../../sdk/types.ts";
import { t } from "../i18n/i18n.ts";
import type { Engine } from "../engine.ts";
import { counted } from "../wording.ts";

/** Where the text is turned into levels, and why nothing faster was taken. */
export function EngineStatus({ engine }: { engine: Engine<{ readonly engine: EngineInfo }> }) {
  useTranslation();
  if (engine.status === "failed") return <p className="engine">{t("composer:engineFailed")}</p>;
  if (engine.status === "loading") return <p className="engine">{t("composer:enginePreparing")}</p>;
  const { engine: info } = engine.client;
  const ready = t("composer:engineReady", { engine: engineName(info) });
  if (info.note === "") return <p className="engine">{ready}</p>;
  return (
    <details className="engine">
      <summary>{ready}</summary>
      {/* The engine says it, in English. */}
      <p className="engine-note" lang="en" dir="ltr">
        {info.note}
      </p>
    </details>
  );
}

export function engineName(info: EngineInfo): string {
  switch (info.backend) {
    case "webgpu":
      return "WebGPU";
    case "wasm-threads":
      return t("composer:threads", counted(info.threads));
    case "wasm":
      return t("composer:oneThread");
  }
}
