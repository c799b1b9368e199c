/**
 * The frame's end of the conversation with the page that holds it. It begins when that page's window says `connect` from an origin
 * on the server's list: the frame answers `ready` to that exact origin, with a port that the rest goes through. From any
 * other window or origin nothing is heard, and to no other anything is said.
 */
import { createAllowance } from "./allowance.ts";
import { MOST_SHARED, VERSION } from "./limits.ts";
import { parseConnect, parseFromHost, type FromFrame, type FromHost } from "./protocol.ts";

/** What the frame may say, without the version. */
export type Told = FromFrame extends infer M ? (M extends unknown ? Omit<M, "sotto"> : never) : never;

/** An origin that may hear, and a way to tell it. */
export interface Host {
  readonly origin: string;
  tell(message: Told): void;
}

/** The part of a window that is listened to. */
export interface Hearing {
  addEventListener(type: "message", listener: (event: MessageEvent<unknown>) => void): void;
  removeEventListener(type: "message", listener: (event: MessageEvent<unknown>) => void): void;
}

/** The part of the parent's window that is spoken to. */
export interface Speaking {
  postMessage(message: unknown, options: { targetOrigin: string; transfer: Transferable[] }): void;
}

export interface FrameOptions {
  readonly own: Hearing;
  /** Its identity is what a message's source is compared with. */
  readonly parent: Speaking;
  /** Origins that may hold the frame. Rejects or empty: none is spoken to. */
  readonly origins: Promise<readonly string[]>;
  /** Milliseconds, never going back. */
  readonly now: () => number;
  /** A page is there, for the first time or again. What was told to the one before is told anew or not at all. */
  readonly onHost: (host: Host) => void;
  readonly onMessage: (message: FromHost) => void;
}

/** Messages of a page that are heard: so many at once, and so many a second. */
const BURST = 24;
const PER_SECOND = 4;

/** Listen from now on; the answer waits for the list. Returns what ends it. */
export function openFramePort({ own, parent, origins, now, onHost, onMessage }: FrameOptions): () => void {
  const allowance = createAllowance(BURST, PER_SECOND);
  let port: MessagePort | null = null;
  let closed = false;

  const greet = (origin: string) => {
    port?.close();
    const channel = new MessageChannel();
    const mine = channel.port1;
    port = mine;
    mine.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (closed || port !== mine || !allowance.take(now())) return;
      const message = parseFromHost(data);
      if (message !== null) onMessage(message);
    };
    parent.postMessage({ sotto: VERSION, type: "ready" }, { targetOrigin: origin, transfer: [channel.port2] });
    onHost({
      origin,
      tell(message) {
        if (port === mine && !closed) mine.postMessage({ sotto: VERSION, ...bounded(message) });
      },
    });
  };

  const hear = (event: MessageEvent<unknown>) => {
    if (event.source !== (parent as unknown) || parseConnect(event.data) === null || !allowance.take(now())) return;
    const { origin } = event;
    origins.then(
      (allowed) => {
        if (!closed && allowed.includes(origin)) greet(origin);
      },
      () => undefined,
    );
  };

  own.addEventListener("message", hear);
  return () => {
    closed = true;
    own.removeEventListener("message", hear);
    port?.close();
  };
}

function bounded(message: Told): Told {
  return message.type === "reply" ? { ...message, text: message.text.slice(0, MOST_SHARED) } : message;
}
