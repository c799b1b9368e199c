import type { EngineInfo } from "../../sdk/types.ts";
import type { Engine } from "../state.ts";

/** Where the text is turned into levels, and why nothing faster was taken. */
export function EngineStatus({ engine }: { engine: Engine }) {
  if (engine.status === "failed") return <p className="engine">Not ready</p>;
  if (engine.status === "loading") return <p className="engine">Preparing this device…</p>;
  const { engine: info } = engine.client;
  if (info.note === "") return <p className="engine">Ready on {engineName(info)}</p>;
  return (
    <details className="engine">
      <summary>Ready on {engineName(info)}</summary>
      <p className="engine-note">{info.note}</p>
    </details>
  );
}

export function engineName(info: EngineInfo): string {
  switch (info.backend) {
    case "webgpu":
      return "WebGPU";
    case "wasm-threads":
      return `WASM, ${info.threads} threads`;
    case "wasm":
      return "WASM, one thread";
  }
}
