/**
 * `<sotto-widget>`: the loader for the page that holds the widget. It puts the frame there, answers its handshake, and turns
 * what the frame tells into events. What is typed stays in the frame, which is of another origin; this file could not read it.
 *
 * Attributes: `server` (origin; default: where this file is from), `bundle`, `preset` (a stricter one to begin with), `theme`
 * (light, dark, system), `locale`. Events: `sotto-ready`, `sotto-sent` {tokens, bits}, `sotto-reply` {text}, `sotto-error` {code}.
 */
import { MOST_OFFERED, VERSION } from "../limits.ts";
import { isReady, readFromFrame } from "./messages.ts";

/** What the frame may do: its scripts, on its own origin. No pop-ups, no downloads, no navigation of the page around it. */
const SANDBOX = "allow-scripts allow-same-origin allow-forms";
/** Shared memory where the page is isolated; without it the frame computes on one thread. */
const ALLOW = "cross-origin-isolated";

/** Given to the frame with its address: a change begins it anew. `theme` and `locale` are told. */
const STARTS = ["server", "bundle", "preset"];
const TOLD = ["theme", "locale"];

/** How long a frame may take to answer before the page is told that there is none, in ms. */
const PATIENCE = 15_000;

export class SottoWidget extends HTMLElement {
  static readonly observedAttributes = [...STARTS, ...TOLD];

  #frame: HTMLIFrameElement | null = null;
  #server = "";
  #port: MessagePort | null = null;
  #offered: string | null = null;
  #patience: ReturnType<typeof setTimeout> | undefined;

  connectedCallback(): void {
    this.style.display ||= "block";
    addEventListener("message", this.#hear);
    this.#open();
  }

  disconnectedCallback(): void {
    removeEventListener("message", this.#hear);
    this.#leave();
    this.#frame?.remove();
    this.#frame = null;
  }

  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (before === after || this.#frame === null) return;
    if (STARTS.includes(name)) this.#open();
    else this.#tell(name, after ?? (name === "theme" ? "system" : null));
  }

  /**
   * Offer a text to begin with. The person sees it in the frame and takes it or not, and the page is not told which.
   * @throws TypeError where it is no text, empty, or longer than 4000 characters
   */
  offer(prompt: string): void {
    if (typeof prompt !== "string" || prompt === "" || prompt.length > MOST_OFFERED) {
      throw new TypeError(`A prompt is a text of 1 to ${MOST_OFFERED} characters.`);
    }
    if (this.#port === null) this.#offered = prompt;
    else this.#say({ type: "offer", prompt });
  }

  #open(): void {
    this.#leave();
    this.#frame?.remove();
    const frame = document.createElement("iframe");
    const address = new URL("/embed.html", this.getAttribute("server") ?? import.meta.url);
    for (const name of [...STARTS.slice(1), ...TOLD]) {
      const value = this.getAttribute(name);
      if (value !== null) address.searchParams.set(name, value);
    }
    this.#server = address.origin;
    frame.src = address.href;
    frame.title = "Sotto: private writing";
    frame.setAttribute("sandbox", SANDBOX);
    frame.allow = ALLOW;
    frame.referrerPolicy = "no-referrer";
    Object.assign(frame.style, { display: "block", width: "100%", height: "480px", border: "0" });
    // Each time: a frame that was loaded anew has forgotten its port.
    frame.onload = () => {
      this.#leave();
      this.#wait();
      frame.contentWindow?.postMessage({ sotto: VERSION, type: "connect" }, this.#server);
    };
    (this.shadowRoot ?? this.attachShadow({ mode: "open" })).append(frame);
    this.#frame = frame;
    this.#wait();
  }

  #wait(): void {
    this.#patience = setTimeout(() => this.#fire("error", { code: "frame_unreachable" }), PATIENCE);
  }

  readonly #hear = ({ source, origin, data, ports }: MessageEvent<unknown>): void => {
    const [port] = ports;
    if (source === null || source !== this.#frame?.contentWindow || origin !== this.#server) return;
    if (port === undefined || !isReady(data)) return;
    this.#leave();
    this.#port = port;
    port.onmessage = (event: MessageEvent<unknown>) => this.#receive(event.data);
    for (const name of TOLD) this.#tell(name, this.getAttribute(name));
    if (this.#offered !== null) this.#say({ type: "offer", prompt: this.#offered });
    this.#offered = null;
    this.#fire("ready", {});
  };

  #receive(data: unknown): void {
    const message = readFromFrame(data);
    if (message === null) return;
    switch (message.type) {
      case "resize":
        this.#frame!.style.height = `${message.height}px`;
        break;
      case "sent":
        this.#fire("sent", { tokens: message.tokens, bits: message.bits });
        break;
      case "reply":
        this.#fire("reply", { text: message.text });
        break;
      case "error":
        this.#fire("error", { code: message.code });
    }
  }

  #tell(name: string, value: string | null): void {
    if (value !== null) this.#say({ type: name, [name]: value });
  }

  #say(message: object): void {
    this.#port?.postMessage({ sotto: VERSION, ...message });
  }

  #leave(): void {
    clearTimeout(this.#patience);
    this.#port?.close();
    this.#port = null;
  }

  #fire(name: string, detail: object): void {
    this.dispatchEvent(new CustomEvent(`sotto-${name}`, { detail, bubbles: true }));
  }
}

if (customElements.get("sotto-widget") === undefined) customElements.define("sotto-widget", SottoWidget);
