import { describe, expect, it, onTestFinished } from "vitest";
import { openFramePort, type FrameOptions, type Host } from "./frame-port.ts";
import { parseFromFrame, parseReady, type FromHost } from "./protocol.ts";

const HOST = "https://host.example";
const CONNECT = { sotto: 1, type: "connect" };

/** A frame in a page that says what a test lets it say. */
function frame(options: Partial<FrameOptions> = {}) {
  const own = new EventTarget();
  const greetings: { message: unknown; targetOrigin: string; port: MessagePort }[] = [];
  const parent = {
    postMessage(message: unknown, { targetOrigin, transfer }: { targetOrigin: string; transfer: Transferable[] }) {
      greetings.push({ message, targetOrigin, port: transfer[0] as MessagePort });
    },
  };
  const hosts: Host[] = [];
  const heard: FromHost[] = [];
  let time = 0;
  const close = openFramePort({
    own: own as FrameOptions["own"],
    parent,
    origins: Promise.resolve([HOST, "https://second.example"]),
    now: () => time,
    onHost: (host) => hosts.push(host),
    onMessage: (message) => heard.push(message),
    ...options,
  });
  const settled = () => new Promise((resolve) => setTimeout(resolve, 20));
  onTestFinished(() => {
    close();
    for (const { port } of greetings) port.close();
  });
  return {
    greetings,
    hosts,
    heard,
    close,
    settled,
    wait: (ms: number) => (time += ms),
    say: async (data: unknown, { origin = HOST, source = parent }: { origin?: string; source?: unknown } = {}) => {
      own.dispatchEvent(Object.assign(new Event("message"), { data, origin, source }));
      await settled();
    },
  };
}

describe("the frame's port", () => {
  it("answers connect from a listed origin, to that origin alone, with a port", async () => {
    const { say, greetings, hosts } = frame();
    await say(CONNECT);
    expect(greetings.map(({ targetOrigin }) => targetOrigin)).toEqual([HOST]);
    expect(parseReady(greetings[0]?.message)).not.toBeNull();
    expect(hosts.map(({ origin }) => origin)).toEqual([HOST]);
  });

  it.each([
    ["another origin", CONNECT, { origin: "https://evil.example" }],
    ["an origin that contains a listed one", CONNECT, { origin: `${HOST}.evil.example` }],
    ["the listed origin over http", CONNECT, { origin: "http://host.example" }],
    ["an opaque origin", CONNECT, { origin: "null" }],
    ["another window", CONNECT, { source: {} }],
    ["no window", CONNECT, { source: null }],
    ["another version", { sotto: 2, type: "connect" }, {}],
    ["more than was asked", { ...CONNECT, preset: "light" }, {}],
    ["an offer before the handshake", { sotto: 1, type: "offer", prompt: "x" }, {}],
  ])("says nothing to %s", async (_what, data, from) => {
    const { say, greetings, hosts, heard } = frame();
    await say(data, from);
    expect([greetings, hosts, heard]).toEqual([[], [], []]);
  });

  it.each([
    ["is empty", () => Promise.resolve([])],
    ["could not be read", () => Promise.reject(new Error("offline"))],
    ["never comes", () => new Promise<never>(() => undefined)],
  ])("says nothing where the list %s", async (_what, origins) => {
    const { say, greetings } = frame({ origins: origins() });
    await say(CONNECT);
    expect(greetings).toEqual([]);
  });

  it("hears through the port what the protocol has, and nothing else", async () => {
    const { say, greetings, heard, settled } = frame();
    await say(CONNECT);
    const theirs = greetings[0]!.port;
    theirs.postMessage({ sotto: 1, type: "offer", prompt: "Once" });
    theirs.postMessage({ sotto: 1, type: "preset", preset: "light" });
    theirs.postMessage({ sotto: 1, type: "offer", prompt: "Once", preset: "light" });
    theirs.postMessage("offer");
    await settled();
    expect(heard).toEqual([{ sotto: 1, type: "offer", prompt: "Once" }]);
    // What stands beside the port, in the window, is not heard at all.
    await say({ sotto: 1, type: "offer", prompt: "Twice" });
    expect(heard).toHaveLength(1);
  });

  it("tells what the protocol has, and bounds it", async () => {
    const { say, greetings, hosts, settled } = frame();
    await say(CONNECT);
    const told: unknown[] = [];
    greetings[0]!.port.onmessage = ({ data }) => told.push(data);
    hosts[0]?.tell({ type: "sent", tokens: 3, bits: 4.5 });
    hosts[0]?.tell({ type: "reply", text: "x".repeat(200_000) });
    await settled();
    expect(told.map((data) => parseFromFrame(data)?.type)).toEqual(["sent", "reply"]);
  });

  it("does not listen to a flood", async () => {
    const { say, greetings, heard, settled, wait } = frame();
    await say(CONNECT);
    const flood = () => {
      for (let i = 0; i < 1000; i++) greetings[0]!.port.postMessage({ sotto: 1, type: "theme", theme: "dark" });
    };
    flood();
    await settled();
    const first = heard.length;
    expect(first).toBeGreaterThan(5);
    expect(first).toBeLessThan(100);
    wait(1000);
    flood();
    await settled();
    expect(heard.length - first).toBeGreaterThan(0);
    expect(heard.length - first).toBeLessThan(10);
  });

  it("goes over to a new port when the page connects again, and leaves the old one", async () => {
    const { say, greetings, hosts, heard, settled } = frame();
    await say(CONNECT);
    await say(CONNECT, { origin: "https://second.example" });
    expect(hosts.map(({ origin }) => origin)).toEqual([HOST, "https://second.example"]);
    const told: unknown[] = [];
    for (const { port } of greetings) port.onmessage = ({ data }) => told.push(data);
    hosts[0]?.tell({ type: "error", code: "old" });
    hosts[1]?.tell({ type: "error", code: "new" });
    greetings[0]!.port.postMessage({ sotto: 1, type: "offer", prompt: "old" });
    await settled();
    expect(told).toEqual([{ sotto: 1, type: "error", code: "new" }]);
    expect(heard).toEqual([]);
  });

  it("is silent once it is closed", async () => {
    const { say, greetings, close } = frame();
    close();
    await say(CONNECT);
    expect(greetings).toEqual([]);
  });
});
