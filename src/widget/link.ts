/** What the frame knows of the page that holds it, as one value that changes: who it is, what it offers, how it wants to look. */
import type { FrameOptions, Host } from "./frame-port.ts";
import type { Theme } from "./limits.ts";
import { noPermissions, permit, type Answer, type Permissions } from "./permissions.ts";

export interface Linked {
  /** Null where no page on the server's list has spoken. */
  readonly host: Host | null;
  readonly permissions: Permissions;
  readonly theme: Theme;
  /** Of what is written, for fonts and for who reads it aloud; the widget's own words are in it too where there are such. */
  readonly locale: string | null;
}

export interface Link extends Pick<FrameOptions, "onHost" | "onMessage"> {
  readonly current: () => Linked;
  /** The person's answer; the page has none. */
  readonly answer: (answer: Exclude<Answer, { type: "offered" }>) => void;
  readonly subscribe: (listener: () => void) => () => void;
}

export function createLink(start: Pick<Linked, "theme" | "locale">): Link {
  let linked: Linked = { host: null, permissions: noPermissions, theme: start.theme, locale: start.locale };
  const listeners = new Set<() => void>();
  const change = (part: Partial<Linked>) => {
    linked = { ...linked, ...part };
    for (const listener of listeners) listener();
  };
  return {
    current: () => linked,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    answer: (answer) => change({ permissions: permit(linked.permissions, answer) }),
    // Another page, another question: nothing that was answered to the one before holds.
    onHost: (host) => change(host.origin === linked.host?.origin ? { host } : { host, permissions: noPermissions }),
    onMessage(message) {
      switch (message.type) {
        case "offer":
          change({ permissions: permit(linked.permissions, { type: "offered", prompt: message.prompt }) });
          break;
        case "theme":
          change({ theme: message.theme });
          break;
        case "locale":
          change({ locale: message.locale });
          break;
      }
    },
  };
}
