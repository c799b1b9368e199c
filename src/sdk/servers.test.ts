import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { readFile } from "node:fs/promises";
import { afterEach, describe, expect, it } from "vitest";
import { configuredServers, listBundles } from "./servers.ts";

const manifest = await readFile("bundles/demo-stories/manifest.json");
const models = {
  object: "list",
  data: [{ id: "demo-stories", object: "model", bundle: { title: "Stories", somethingNew: 1 } }],
};

const open: Server[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => new Promise((done) => server.close(done))));
});

/** Address of a server that answers by path; any other path is 404. */
async function serving(answers: Record<string, RequestListener>): Promise<string> {
  const server = createServer((request, response) => {
    const answer = answers[request.url ?? ""];
    if (answer === undefined) response.writeHead(404).end("{}");
    else answer(request, response);
  });
  open.push(server);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const json =
  (value: unknown, status = 200): RequestListener =>
  (_request, response) =>
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
const bytes: RequestListener = (_request, response) => response.end(manifest);
const MANIFEST = "/bundles/demo-stories/manifest.json";

describe("the bundles of a server", () => {
  it("come with their manifest, its hash, and what has to be downloaded when", async () => {
    const server = await serving({ "/v1/models": json(models), [MANIFEST]: bytes });
    const [bundle] = await listBundles(server);
    expect(bundle).toMatchObject({ server, id: "demo-stories", title: "Stories", failure: null });
    const { files } = bundle!.offer!.manifest;
    const client = files.filter(({ path }) => path.startsWith("client/"));
    const later = files
      .filter(({ path }) => path === "client/ngram.bin" || path === "client/denoiser.onnx")
      .reduce((sum, { bytes }) => sum + bytes, 0);
    expect(later).toBeGreaterThan(5_000_000);
    expect(bundle!.offer!.laterBytes).toBe(later);
    expect(bundle!.offer!.startBytes).toBe(client.reduce((sum, file) => sum + file.bytes, 0) - later);
    expect(bundle!.offer!.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it("are those that go on with a text and those that are asked what one is about, and no others", async () => {
    const gist = await readFile("bundles/demo-intents/manifest.json");
    const data = [
      { id: "demo-intents", bundle: { title: "Bank questions", tasks: ["classify"] } },
      { id: "pictures", bundle: { title: "Pictures", tasks: ["draw"] } },
    ];
    const server = await serving({
      "/v1/models": json({ data: [...models.data, ...data] }),
      [MANIFEST]: bytes,
      "/bundles/demo-intents/manifest.json": (_request, response) => response.end(gist),
    });
    const found = await listBundles(server);
    expect(found.map(({ id, offer }) => [id, offer?.manifest.split])).toEqual([
      ["demo-stories", "token"],
      ["demo-intents", "gist"],
    ]);
    const { manifest: of, startBytes, laterBytes } = found[1]!.offer!;
    const messages = of.files.filter(({ path }) => path.startsWith("client/messages"));
    expect(laterBytes).toBe(messages.reduce((sum, file) => sum + file.bytes, 0));
    expect(startBytes).toBeGreaterThan(laterBytes);
  });

  it("are asked for with the key, which goes with no other request", async () => {
    const asked: (readonly [string | undefined, string | undefined])[] = [];
    const noting =
      (answer: RequestListener): RequestListener =>
      (request, response) => {
        asked.push([request.url, request.headers.authorization]);
        answer(request, response);
      };
    const server = await serving({ "/v1/models": noting(json(models)), [MANIFEST]: noting(bytes) });
    await listBundles(server, { apiKey: "sk-1" });
    expect(asked).toEqual([
      ["/v1/models", "Bearer sk-1"],
      [MANIFEST, undefined],
    ]);
  });

  it("are not hidden by one that cannot be read", async () => {
    const two = { data: [...models.data, { id: "gone", bundle: { title: "Gone" } }] };
    const server = await serving({ "/v1/models": json(two), [MANIFEST]: bytes });
    const [whole, gone] = await listBundles(server);
    expect(whole!.offer).not.toBeNull();
    expect(gone).toMatchObject({ title: "Gone", offer: null, failure: { code: "bundle_not_found" } });
  });

  it("with a manifest that is none are said to be", async () => {
    const server = await serving({ "/v1/models": json(models), [MANIFEST]: json({ format: 2 }) });
    expect((await listBundles(server))[0]!.failure?.code).toBe("manifest_invalid");
  });

  it.each([
    ["a server that asks for a key", json({ error: {} }, 401), "invalid_api_key"],
    ["a server that is asked too often", json({ error: {} }, 429), "rate_limited"],
    ["a server that fails", json({ error: {} }, 500), "server_error"],
    ["something else than a list", json({ data: "no" }), "server_error"],
    ["a page", (_, response) => void response.end("<!doctype html>"), "server_error"],
  ] satisfies [string, RequestListener, string][])("cannot be read from %s", async (_what, answer, code) => {
    await expect(listBundles(await serving({ "/v1/models": answer }))).rejects.toMatchObject({ code });
  });

  it("cannot be read from a server that is not there", async () => {
    const server = await serving({});
    await new Promise((done) => open.pop()!.close(done));
    await expect(listBundles(server)).rejects.toMatchObject({ code: "server_unreachable" });
  });

  it("are not waited for once nobody wants them", async () => {
    const server = await serving({ "/v1/models": () => undefined });
    const asking = new AbortController();
    const asked = listBundles(server, { signal: asking.signal });
    asking.abort();
    await expect(asked).rejects.toMatchObject({ code: "aborted" });
    open[0]!.closeAllConnections();
  });
});

describe("the servers a page is set up with", () => {
  it("are none where it is not set up", async () => {
    expect(await configuredServers(await serving({}))).toEqual([]);
  });

  it("are origins, each once", async () => {
    const config = { servers: ["https://a.invalid", "https://b.invalid:8443", "https://A.invalid:443"] };
    const page = await serving({ "/page/config.json": json(config) });
    expect(await configuredServers(page)).toEqual(["https://a.invalid", "https://b.invalid:8443"]);
  });

  it.each(["javascript:alert(1)", "https://a.invalid/path", "ftp://a.invalid", ""])("are never %s", async (bad) => {
    const page = await serving({ "/page/config.json": json({ servers: [bad] }) });
    await expect(configuredServers(page)).rejects.toMatchObject({ code: "server_error" });
  });
});
