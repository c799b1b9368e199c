/** As much of the browser's Cache storage as is used, in memory. */
import { vi } from "vitest";

export interface FakeCaches {
  /** Bodies by cache and pathname. To be looked at, and damaged. */
  readonly kept: Map<string, Map<string, { bytes: Uint8Array<ArrayBuffer>; headers: Headers }>>;
  /** Bytes that fit; more is refused as a browser does. */
  room: number;
}

const ORIGIN = "https://page.example";

/** Put it in the place of the global `caches`; `vi.unstubAllGlobals` undoes it. */
export function stubCaches(room = Infinity): FakeCaches {
  const fake: FakeCaches = { kept: new Map(), room };
  const used = () =>
    [...fake.kept.values()].flatMap((cache) => [...cache.values()]).reduce((sum, { bytes }) => sum + bytes.length, 0);
  const pathOf = (key: string | Request) => new URL(typeof key === "string" ? key : key.url, ORIGIN).pathname;
  const open = (name: string) => {
    if (!fake.kept.has(name)) fake.kept.set(name, new Map());
    const entries = () => fake.kept.get(name) ?? new Map<string, never>();
    return Promise.resolve({
      match: (key: string | Request) => {
        const found = entries().get(pathOf(key));
        return Promise.resolve(found && new Response(found.bytes.slice(), { headers: found.headers }));
      },
      async put(key: string | Request, response: Response) {
        const bytes = new Uint8Array(await response.arrayBuffer());
        if (used() + bytes.length > fake.room) throw new DOMException("full", "QuotaExceededError");
        fake.kept.get(name)?.set(pathOf(key), { bytes, headers: response.headers });
      },
      delete: (key: string | Request) => Promise.resolve(entries().delete(pathOf(key))),
      keys: () => Promise.resolve([...entries().keys()].map((path) => new Request(new URL(path, ORIGIN)))),
    });
  };
  const remove = (name: string) => Promise.resolve(fake.kept.delete(name));
  vi.stubGlobal("caches", { open, delete: remove, has: (name: string) => Promise.resolve(fake.kept.has(name)) });
  return fake;
}
