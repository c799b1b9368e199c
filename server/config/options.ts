/** From settings to what `serve` takes. Reads the files of keys that the settings name. */
import { readFileSync } from "node:fs";
import { SottoError } from "../../src/core/errors.ts";
import { readKeys } from "../http/keys.ts";
import type { Limits } from "../limits.ts";
import type { FloatType } from "../engine/float-types.ts";
import { MIN_SALT } from "../engine/vllm-check.ts";
import type { ServeOptions } from "../serve.ts";
import type { Config } from "./schema.ts";

/** What a vLLM engine is made from. */
const TYPES = { fp32: "float32", fp16: "float16", bf16: "bfloat16" } as const;

export interface VllmSettings {
  readonly url: string;
  /** Undefined: as the bundle's manifest has it. */
  readonly model: string | undefined;
  readonly dtype: FloatType;
  readonly idleMs: number;
  readonly apiKey: string | undefined;
  /** Undefined: a new one at each start. */
  readonly cacheSalt: string | undefined;
}

/**
 * All but the folders and the logger, which are the caller's to find and to open.
 * @throws SottoError `config_invalid` when a file of keys cannot be read
 */
export function serveOptions(config: Config): Omit<ServeOptions, "bundles" | "app" | "logger"> {
  const { rate, metrics } = config;
  return {
    port: config.port,
    host: config.host,
    limits: limitsOf(config),
    access: {
      keys: readKeys(config.keys.file, config.keys.sha256),
      keyRate: { perMinute: rate.key_per_minute, burst: rate.key_burst },
      addressRate: { perMinute: rate.address_per_minute, burst: rate.address_burst },
      origins: config.cors.origins,
      embedders: config.embed.origins,
      servers: config.page.servers,
      proxies: config.proxy.trusted,
    },
    metrics: !metrics.enabled
      ? "none"
      : metrics.port === undefined
        ? "same"
        : { port: metrics.port, host: metrics.host },
  };
}

/**
 * The settings of a vLLM, or null where the engine is another.
 * @throws SottoError `config_invalid` when a file of its secrets cannot be read, is empty or too short
 */
export function vllmSettings({ engine }: Config): VllmSettings | null {
  // The schema has seen to it that it is there.
  if (engine.kind !== "vllm" || engine.url === undefined) return null;
  const { url, model, dtype, idle_ms: idleMs } = engine;
  const secret = (key: "api_key_file" | "cache_salt_file") =>
    engine[key] === undefined ? undefined : readSecret(engine[key], `engine.${key}`);
  const cacheSalt = secret("cache_salt_file");
  if (cacheSalt !== undefined && cacheSalt.length < MIN_SALT) {
    throw new SottoError("config_invalid", `engine.cache_salt_file: must hold at least ${MIN_SALT} characters.`);
  }
  return { url, model, dtype: TYPES[dtype], idleMs, apiKey: secret("api_key_file"), cacheSalt };
}

function limitsOf({ limits, engine }: Config): Limits {
  return {
    bodyBytes: limits.body_bytes,
    frameTokens: limits.frame_tokens,
    maxSequences: limits.max_sequences,
    tokenBudget: limits.token_budget,
    waiting: limits.waiting,
    threads: engine.threads,
    stallMs: limits.stall_ms,
    requestMs: limits.request_ms,
    headersMs: limits.headers_ms,
    connections: limits.connections,
    firstByteMs: limits.first_byte_ms,
    idleMs: limits.idle_ms,
  };
}

function readSecret(file: string, key: string): string {
  let text;
  try {
    text = readFileSync(file, "utf8").trim();
  } catch (cause) {
    throw new SottoError("config_invalid", `${key}: ${file} cannot be read.`, { cause });
  }
  if (!/^[\x21-\x7e]+$/.test(text)) {
    throw new SottoError("config_invalid", `${key}: ${file} must hold one secret of visible ASCII characters.`);
  }
  return text;
}
