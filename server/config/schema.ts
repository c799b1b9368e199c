/**
 * Every setting of the server, once: its name, its type and bounds, its default, and what it means. The file, the environment, the
 * flags and the table in docs/server.md are all read off this schema.
 */
import { isIP } from "node:net";
import { z } from "zod";

const MAX_MS = 86_400_000;
const ms = (low: number) => z.int().min(low).max(MAX_MS);
const port = z.int().min(0).max(65_535);

const origin = z.string().refine(isOrigin, "must be an origin, such as https://chat.example");
/** As a part of a Content-Security-Policy. */
const policyOrigin = origin.refine(isPlainOrigin, "must be an origin of letters, digits, dots and hyphens");
const proxy = z.string().refine(isAddressOrRange, "must be an address or a range, such as 10.0.0.0/8");
const httpUrl = z.url({ protocol: /^https?$/, error: "must be an http or https address" });

const engine = z.strictObject({
  kind: z
    .enum(["onnx", "vllm"])
    .default("onnx")
    .describe("`onnx`: the bundle's decoder, here. `vllm`: rows to a vLLM."),
  threads: z.int().min(1).max(256).default(1).describe("Processor threads of one decoder step (`onnx`)."),
  url: httpUrl.optional().describe("Where the vLLM is (`vllm`)."),
  model: z
    .string()
    .min(1)
    .optional()
    .describe("The name by which it serves the model, where that is not the bundle's; for one bundle only (`vllm`)."),
  dtype: z.enum(["fp32", "fp16", "bf16"]).default("fp32").describe("Numbers of the tensor sent to it (`vllm`)."),
  idle_ms: ms(1)
    .default(60_000)
    .describe("How long it may be silent within a reply before it is taken for dead (`vllm`)."),
  api_key_file: z.string().min(1).optional().describe("File that holds its API key, and nothing else (`vllm`)."),
  cache_salt_file: z
    .string()
    .min(1)
    .optional()
    .describe(
      "File of a secret that gateways of one vLLM share, to find each other's prompts in its cache; not given: one of this process (`vllm`).",
    ),
});

const limits = z.strictObject({
  body_bytes: z
    .int()
    .min(1024)
    .max(1 << 28)
    .default(1 << 20)
    .describe("Bytes of a request body."),
  frame_tokens: z
    .int()
    .min(1)
    .max(1 << 24)
    .default(1 << 16)
    .describe("Tokens of a frame."),
  max_sequences: z.int().min(1).max(4096).default(256).describe("Replies generated at once."),
  token_budget: z
    .int()
    .min(1)
    .max(1 << 28)
    .default(1 << 16)
    .describe(
      "Tokens of context reserved together. Their caches take up to three times as many columns, six while they are moved (architecture.md).",
    ),
  waiting: z.int().min(0).max(65_536).default(256).describe("Requests that may wait for a turn; one more gets 429."),
  connections: z.int().min(1).max(65_536).default(1024).describe("Connections at once; one more is closed."),
  headers_ms: ms(10).default(10_000).describe("How long a client may take to send the headers of a request."),
  request_ms: ms(10).default(30_000).describe("How long a client may take to send a whole request."),
  stall_ms: ms(10).default(30_000).describe("How long a client may leave what was sent to it unread."),
  first_byte_ms: ms(10).default(120_000).describe("How long the first token may take, the wait for a turn included."),
  idle_ms: ms(10).default(60_000).describe("How long the engine may take for any later token."),
});

const perMinute = z.int().min(0).max(1_000_000).default(0);
const burst = z.int().min(1).max(1_000_000).default(10);
const rate = z.strictObject({
  address_per_minute: perMinute.describe("Replies one address may ask for in a minute; 0: as many as it likes."),
  address_burst: burst.describe("How many of them at once. An IPv6 network of 64 bits counts as one address."),
  key_per_minute: perMinute.describe("Replies one API key may ask for in a minute; 0: as many as it likes."),
  key_burst: burst.describe("How many of them at once."),
});

/** SHA-256 of the empty string: what `printf %s "$KEY" | sha256sum` says where there is no KEY. */
const DIGEST_OF_NOTHING = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

const keys = z.strictObject({
  file: z
    .string()
    .min(1)
    .optional()
    .describe("File of API keys, one a line: the key, or `sha256:` and its digest in hex."),
  sha256: z
    .array(
      z
        .string()
        .regex(/^[0-9a-f]{64}$/i, "must be a SHA-256 digest: 64 hex digits")
        .refine((text) => text.toLowerCase() !== DIGEST_OF_NOTHING, "must not be the digest of the empty string"),
    )
    .default([])
    .describe("Digests of further API keys. With no key at all, none is asked for."),
});

const metrics = z.strictObject({
  enabled: z.boolean().default(true).describe("Whether there is a `/metrics` for Prometheus."),
  port: port
    .optional()
    .describe("A port of its own for it; not given: the server's port, for callers on this machine only."),
  host: z.string().min(1).default("127.0.0.1").describe("Where that port listens."),
});

const log = z.strictObject({
  level: z
    .enum(["silent", "error", "warn", "info"])
    .default("warn")
    .describe("What is logged: what happened, never what was said."),
  file: z.string().min(1).optional().describe("File to append to; not given: standard error."),
});

export const configSchema = z
  .strictObject({
    port: port.default(8787).describe("Port to listen on; 0: any free one."),
    host: z
      .string()
      .min(1)
      .default("localhost")
      .describe("Address to listen on; `0.0.0.0`: every one of this machine."),
    bundles: z.string().min(1).optional().describe("Folder of bundles; not given: those that come with the program."),
    app: z
      .string()
      .optional()
      .describe("Folder of the built page; empty: none; not given: the program's own, once built."),
    drain_ms: ms(0).default(30_000).describe("How long running replies may go on after SIGTERM."),
    engine: engine.prefault({}),
    limits: limits.prefault({}),
    rate: rate.prefault({}),
    keys: keys.prefault({}),
    cors: z
      .strictObject({
        origins: z.array(origin).default([]).describe("Origins whose pages may use the API besides the server's own."),
      })
      .prefault({}),
    embed: z
      .strictObject({
        origins: z
          .array(policyOrigin)
          .default([])
          .describe("Origins whose pages may hold the widget, `/embed.html`; with none, no page may."),
      })
      .prefault({}),
    page: z
      .strictObject({
        servers: z
          .array(policyOrigin)
          .default([])
          .describe(
            "Origins of other servers that the page may speak to; each must name this one in its `cors.origins`.",
          ),
      })
      .prefault({}),
    proxy: z
      .strictObject({
        trusted: z
          .array(proxy)
          .default([])
          .describe("Proxies whose X-Forwarded-For is believed; needed behind one for rates per address."),
      })
      .prefault({}),
    metrics: metrics.prefault({}),
    log: log.prefault({}),
  })
  .superRefine(({ engine, port, metrics }, context) => {
    if (engine.kind === "vllm" && engine.url === undefined) {
      context.addIssue({
        code: "custom",
        path: ["engine", "url"],
        message: 'must be given where engine.kind is "vllm"',
      });
    }
    if (metrics.port !== undefined && metrics.port !== 0 && metrics.port === port) {
      context.addIssue({ code: "custom", path: ["metrics", "port"], message: "must be another port than `port`" });
    }
  });

export type Config = z.output<typeof configSchema>;

function isOrigin(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && new URL(text).origin === text;
}

/** It becomes a part of a header: what an address may hold and a policy reads as its own punctuation is not for it. */
function isPlainOrigin(text: string): boolean {
  return /^https?:\/\/(?:[a-z0-9.-]+|\[[0-9a-f:]+\])(?::\d+)?$/.test(text);
}

function isAddressOrRange(text: string): boolean {
  const [address = "", bits, ...rest] = text.split("/");
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}
