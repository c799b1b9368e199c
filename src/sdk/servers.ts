/** What servers offer: which there are, the bundles of each, and what a bundle is, without loading one. */
import { z } from "zod";
import { sha256Hex } from "../core/bundle/integrity.ts";
import { parseAnyManifest } from "../core/bundle/manifest-schema.ts";
import { CLIENT_MODEL, TOKENIZER, TOKENIZER_CONFIG, type AnyManifest } from "../core/bundle/manifest.ts";
import { SottoError } from "../core/errors.ts";
import { model } from "../core/wire/api.ts";
import { readWithProgress } from "../storage/read-with-progress.ts";

/** No list and no manifest is longer than this, in bytes. */
const MOST_BYTES = 1 << 20;

/** A bundle of a server. One whose manifest cannot be read hides none of the others. */
export interface OfferedBundle {
  /** Origin of its server. */
  readonly server: string;
  readonly id: string;
  readonly title: string;
  /** What it is; null where its manifest could not be read, and then `failure` says why. */
  readonly offer: BundleOffer | null;
  readonly failure: SottoError | null;
}

export interface BundleOffer {
  readonly manifest: AnyManifest;
  /** sha256 of the manifest. */
  readonly sha256: string;
  /** Bytes a device downloads before the first message. */
  readonly startBytes: number;
  /** Bytes it downloads once a preview asks for them. */
  readonly laterBytes: number;
}

export interface ListOptions {
  readonly apiKey?: string;
  readonly signal?: AbortSignal;
}

/** Of an answer what is read here, and no more: a server may come to say more than this client knows. */
const models = z.object({
  data: z
    .array(
      model.pick({ id: true }).extend({
        // Servers of before there was more than one task do not name it.
        bundle: model.shape.bundle.pick({ title: true }).extend({ tasks: z.array(z.string()).default(["complete"]) }),
      }),
    )
    .max(256),
});

/** What a page knows to do with a bundle. */
const TASKS: readonly string[] = ["complete", "classify"];

const origin = z
  .string()
  .max(300)
  .regex(/^https?:\/\/[^\s/?#]+$/);
const pageConfig = z.object({ servers: z.array(origin).max(100) });

/**
 * The bundles of a server that go on with a text or say what one is about, each with its manifest.
 * @throws SottoError `invalid_api_key` where the server wants a key or another one, `rate_limited`, `server_unreachable`,
 *   `server_error`, `aborted`
 */
export async function listBundles(server: string, { apiKey, signal }: ListOptions = {}): Promise<OfferedBundle[]> {
  const home = new URL(server).origin;
  const headers: Record<string, string> = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
  const answer = await get(new URL("/v1/models", home), { headers, signal });
  if (answer.status === 401) throw new SottoError("invalid_api_key", `The server at ${home} asks for an API key.`);
  if (answer.status === 429)
    throw new SottoError("rate_limited", `The server at ${home} is asked too often. Wait a little.`);
  const listed = models.safeParse(await json(answer, home));
  if (!listed.success) throw notSotto(home);
  const known = listed.data.data.filter(({ bundle }) => bundle.tasks.some((task) => TASKS.includes(task)));
  return Promise.all(known.map(({ id, bundle }) => offered(home, id, bundle.title, signal)));
}

/**
 * The origins of servers that this page is set up to offer beside its own; none where it is not set up to.
 * @throws SottoError `server_unreachable`, `server_error`, `aborted`
 */
export async function configuredServers(page: string, { signal }: Pick<ListOptions, "signal"> = {}): Promise<string[]> {
  const home = new URL(page).origin;
  const answer = await get(new URL("/page/config.json", home), { signal });
  if (answer.status === 404) return [];
  // A server that knows no such address may answer with its page.
  if (answer.headers.get("content-type")?.includes("text/html")) return [];
  const config = pageConfig.safeParse(await json(answer, home));
  if (!config.success) throw notSotto(home);
  return [...new Set(config.data.servers.map((each) => new URL(each).origin))];
}

async function offered(server: string, id: string, title: string, signal?: AbortSignal): Promise<OfferedBundle> {
  try {
    const answer = await get(new URL(`/bundles/${encodeURIComponent(id)}/manifest.json`, server), { signal });
    if (answer.status === 404) throw new SottoError("bundle_not_found", `The server has no bundle named ${id}.`);
    if (!answer.ok) throw notSotto(server, answer.status);
    const bytes = await readWithProgress(answer, MOST_BYTES, () => undefined);
    return { server, id, title, offer: await offerOf(bytes), failure: null };
  } catch (error) {
    if (!(error instanceof SottoError) || error.code === "aborted") throw error;
    return { server, id, title, offer: null, failure: error };
  }
}

async function offerOf(bytes: Uint8Array<ArrayBuffer>): Promise<BundleOffer> {
  const manifest = parseAnyManifest(bytes);
  const start = [CLIENT_MODEL, TOKENIZER, TOKENIZER_CONFIG];
  const client = manifest.files.filter(({ path }) => path.startsWith("client/"));
  const sum = (files: typeof client) => files.reduce((total, file) => total + file.bytes, 0);
  return {
    manifest,
    sha256: await sha256Hex(bytes),
    startBytes: sum(client.filter(({ path }) => start.includes(path))),
    laterBytes: sum(client.filter(({ path }) => !start.includes(path))),
  };
}

interface GetOptions {
  readonly headers?: Record<string, string>;
  readonly signal?: AbortSignal | undefined;
}

async function get(url: URL, { headers = {}, signal }: GetOptions): Promise<Response> {
  try {
    return await fetch(url, {
      headers,
      credentials: "omit",
      referrerPolicy: "no-referrer",
      ...(signal !== undefined && { signal }),
    });
  } catch (cause) {
    if (signal?.aborted) throw new SottoError("aborted", "Stopped.", { cause });
    throw new SottoError("server_unreachable", `The server at ${url.origin} does not answer.`, { cause });
  }
}

async function json(answer: Response, home: string): Promise<unknown> {
  if (!answer.ok) throw notSotto(home, answer.status);
  const bytes = await readWithProgress(answer, MOST_BYTES, () => undefined);
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw notSotto(home, answer.status, cause);
  }
}

function notSotto(home: string, status?: number, cause?: unknown): SottoError {
  const what = status === undefined || status === 200 ? "something this page does not understand" : `HTTP ${status}`;
  return new SottoError("server_error", `The server at ${home} answered ${what}.`, { cause });
}
