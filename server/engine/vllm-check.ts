/** What of a configuration can be known to be wrong before the first request, and is said by the name of its field. */
import { z } from "zod";
import type { Manifest } from "../../src/core/bundle/manifest.ts";
import { SottoError } from "../../src/core/errors.ts";
import { FLOAT_TYPES, type FloatType } from "./float-types.ts";

export interface VllmOptions {
  /** Where vLLM listens, without /v1: http://127.0.0.1:8000 */
  readonly url: string;
  /** The name under which vLLM serves the model. Default: the one in the bundle's manifest. */
  readonly model?: string | undefined;
  /** Type of the numbers that are sent; best the one vLLM runs the model in. Old versions convert none. */
  readonly dtype: FloatType;
  /** Longest silence (ms) between two pieces while one is waited for; and for the answer to the first question, at the start. */
  readonly idleMs: number;
  /** `vllm serve --api-key`, if it was given one. */
  readonly apiKey?: string | undefined;
  /**
   * A secret of this server's. Tenants get salts made from it, so that none can learn from the time of a reply what another has
   * sent; servers behind one address share it, so that a reply's beginning is found again.
   */
  readonly cacheSalt: string;
}

/** The options, checked. */
export interface Upstream {
  readonly base: string;
  readonly model: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Characters of a salt that cannot be guessed. */
export const MIN_SALT = 16;
const MAX_ANSWER = 1 << 20;

const modelList = z.object({
  data: z.array(z.object({ id: z.string(), max_model_len: z.number().nullish() })),
});

/**
 * Check the options by themselves, then with the upstream's own list of models.
 * @throws SottoError `config_invalid`; the message begins with the option's name, as in `vllm.url`
 */
export async function checkUpstream(manifest: Manifest, options: VllmOptions): Promise<Upstream> {
  const base = baseOf(options.url);
  if (!FLOAT_TYPES.includes(options.dtype)) throw wrong("dtype", `must be one of ${FLOAT_TYPES.join(", ")}`);
  // A longer timer would fire at once.
  if (!(options.idleMs >= 1 && options.idleMs < 2 ** 31)) throw wrong("idle_ms", "must be at least 1 and below 2^31");
  if (options.cacheSalt.length < MIN_SALT) throw wrong("cache_salt", `must have at least ${MIN_SALT} characters`);
  if (options.apiKey !== undefined && !/^[\x21-\x7e]+$/.test(options.apiKey)) {
    throw wrong("api_key", "must be visible ASCII characters without spaces");
  }
  const model = options.model ?? (manifest.engine?.kind === "external" ? manifest.engine.model : undefined);
  if (model === undefined) throw wrong("model", `must be given: the bundle ${manifest.id} names none`);
  const headers = options.apiKey === undefined ? {} : { authorization: `Bearer ${options.apiKey}` };

  const models = await listModels(base, headers, options.idleMs);
  const found = models.data.find(({ id }) => id === model);
  if (found === undefined) {
    const names = models.data.map(({ id }) => id).join(", ");
    throw wrong("model", `is not served there; what is: ${names === "" ? "nothing" : names}`);
  }
  const { contextLength } = manifest.model;
  if (found.max_model_len != null && found.max_model_len < contextLength) {
    throw wrong(
      "model",
      `holds ${found.max_model_len} tokens there, and the bundle ${manifest.id} counts on ${contextLength} (vllm serve --max-model-len)`,
    );
  }
  return { base, model, headers };
}

/** How long a running upstream may take to say what it serves; the asker is asked itself, and waits 2 s (http/health.ts). */
const READY_MS = 1500;

/** Whether the upstream answers, and still has the model. */
export async function servesModel({ base, model, headers }: Upstream): Promise<boolean> {
  try {
    const { data } = await listModels(base, headers, READY_MS);
    return data.some(({ id }) => id === model);
  } catch {
    return false;
  }
}

function baseOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) throw wrong("url", "must be an http or https address");
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    throw wrong("url", "must be an address without user, query or fragment; a key goes into api_key");
  }
  const path = url.pathname.replace(/\/+$/, "");
  if (path.endsWith("/v1")) throw wrong("url", "must be given without /v1");
  return url.origin + path;
}

async function listModels(base: string, headers: Upstream["headers"], timeoutMs: number) {
  let response: Response;
  try {
    response = await fetch(`${base}/v1/models`, {
      headers,
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
  } catch (cause) {
    throw wrong("url", "does not answer", cause);
  }
  if (response.status === 401 || response.status === 403) {
    await response.body?.cancel();
    throw wrong("api_key", headers.authorization === undefined ? "is needed there" : "is refused there");
  }
  try {
    if (response.status !== 200) throw new Error("not a list");
    return modelList.parse(JSON.parse(await readAll(response)));
  } catch (cause) {
    await response.body?.cancel().catch(() => undefined);
    throw wrong("url", `is not an OpenAI-compatible server: GET /v1/models gave status ${response.status}`, cause);
  }
}

async function readAll(response: Response): Promise<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let text = "";
  for await (const part of response.body ?? []) {
    text += decoder.decode(part as Uint8Array, { stream: true });
    if (text.length > MAX_ANSWER) throw new Error("too long");
  }
  return text;
}

function wrong(field: string, what: string, cause?: unknown): SottoError {
  return new SottoError("config_invalid", `vllm.${field} ${what}.`, cause === undefined ? {} : { cause });
}
