/** Text that comes from outside: shared by another app, or a .txt file that is opened with this one. It goes into the field, no further. */
import { useEffect, useRef } from "react";
import { MOST_SHARED, type ToWorker } from "./messages.ts";

/** Only some browsers have it. */
interface LaunchQueue {
  setConsumer(consumer: (launch: { readonly files?: readonly { getFile(): Promise<File> }[] }) => void): void;
}

type OnText = (text: string) => void;

let listener: OnText | null = null;
/** Came while nobody listened. */
const early: string[] = [];
let begun = false;

/**
 * Told of every text that comes from outside, each once. What to do with one that is there already is the listener's business.
 * @param onText may be another function at each render
 */
export function useShared(onText: OnText): void {
  const latest = useRef(onText);
  useEffect(() => {
    latest.current = onText;
  });
  useEffect(() => {
    listener = (text) => latest.current(text);
    for (const text of early.splice(0)) listener(text);
    begin();
    return () => {
      listener = null;
    };
  }, []);
}

function arrive(text: string | null): void {
  if (text === null || text === "") return;
  if (listener === null) early.push(text);
  else listener(text);
}

function begin(): void {
  if (begun) return;
  begun = true;
  const { pathname, search } = window.location;
  if (pathname === "/" && search === "?shared") {
    // A reload is not another share.
    window.history.replaceState(window.history.state, "", "/");
    void askWorker().then(arrive);
  }
  const { launchQueue } = window as { launchQueue?: LaunchQueue };
  launchQueue?.setConsumer(({ files = [] }) => {
    void (async () => {
      for (const file of files) arrive(await textOf(await file.getFile()).catch(() => null));
    })();
  });
}

/** What the service worker holds; null where it holds nothing, or is not there. */
function askWorker(): Promise<string | null> {
  const { serviceWorker } = navigator as { serviceWorker?: ServiceWorkerContainer };
  const controller = serviceWorker?.controller ?? null;
  if (controller === null) return Promise.resolve(null);
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }: MessageEvent<unknown>) => {
      port1.close();
      resolve(typeof data === "string" ? data : null);
    };
    controller.postMessage("hand-over-shared" satisfies ToWorker, [port2]);
  });
}

/** The text of a file; null where it is too large or not UTF-8. */
export async function textOf(file: Blob): Promise<string | null> {
  if (file.size > MOST_SHARED) return null;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
  } catch {
    return null;
  }
}
