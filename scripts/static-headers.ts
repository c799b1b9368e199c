/**
 * The page's headers for whoever serves it as files: read off the server's own answers and written as the two forms that
 * docs/static-hosting.md shows. `npx tsx scripts/static-headers.ts` prints them.
 */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Fastify from "fastify";
import { registerAppFiles } from "../server/http/app-files.ts";
import { registerHeaders } from "../server/http/headers.ts";

/** Headers by name, in lower case. */
export type Headers = Readonly<Record<string, string>>;

export interface StaticHeaders {
  /** Of everything. */
  readonly all: Headers;
  /** Of the service worker's script, where it is another value. */
  readonly worker: Headers;
  /** Of what has a hash in its name, where it is another value. */
  readonly assets: Headers;
}

/** Not the page's business, or each file's own. */
const OTHERS = new Set([
  "content-type",
  "content-length",
  "date",
  "connection",
  "accept-ranges",
  "last-modified",
  "etag",
]);

/** @param servers origins that the page may speak to besides its own */
export async function staticHeaders(servers: readonly string[]): Promise<StaticHeaders> {
  const folder = await mkdtemp(join(tmpdir(), "sotto-headers-"));
  await mkdir(join(folder, "assets"));
  for (const name of ["index.html", "sw.js", "assets/x.js"]) await writeFile(join(folder, name), "");
  const app = Fastify({ logger: false });
  await registerHeaders(app, servers);
  await registerAppFiles(app, folder);
  const of = async (url: string): Promise<Headers> => {
    const { headers } = await app.inject(url);
    const named = Object.entries(headers).filter(([name]) => !OTHERS.has(name));
    return Object.fromEntries(named.map(([name, value]) => [name, String(value)]));
  };
  const [all, worker, assets] = [await of("/"), await of("/sw.js"), await of("/assets/x.js")];
  await app.close();
  await rm(folder, { recursive: true });
  const differing = (headers: Headers) =>
    Object.fromEntries(Object.entries(headers).filter(([name, value]) => all[name] !== value));
  return { all, worker: differing(worker), assets: differing(assets) };
}

/** `_headers`, as Netlify and Cloudflare Pages read it. Where two rules name one header, both hold: so the cache has no rule for all. */
export function headersFile({ all, worker, assets }: StaticHeaders): string {
  const always = Object.fromEntries(Object.entries(all).filter(([name]) => name !== "cache-control"));
  const rule = (path: string, headers: Headers) =>
    [path, ...Object.entries(headers).map(([name, value]) => `  ${name}: ${value}`)].join("\n");
  return [rule("/*", always), rule("/sw.js", worker), rule("/assets/*", assets)].join("\n\n");
}

/** Locations of an nginx server. In nginx a location with headers of its own inherits none, so each has all. */
export function nginxLocations({ all, worker, assets }: StaticHeaders): string {
  const location = (path: string, files: string, headers: Headers) =>
    [
      `location ${path} {`,
      `    try_files ${files};`,
      ...Object.entries({ ...all, ...headers }).map(([name, value]) => `    add_header ${name} "${value}" always;`),
      "}",
    ].join("\n");
  return [
    location("/", "$uri /index.html", {}),
    // What asks for a file or for data gets no page in its place.
    location("~ \\.[^/]*$", "$uri =404", {}),
    "location ~ ^/(?:v[0-9]+|api|bundles|healthz|readyz|metrics)(?:/|$) {\n    return 404;\n}",
    location("= /sw.js", "$uri =404", worker),
    location("^~ /assets/", "$uri =404", assets),
  ].join("\n\n");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const headers = await staticHeaders(["https://sotto.example"]);
  console.log(`${headersFile(headers)}\n\n${nginxLocations(headers)}`);
}
