/** The routes as openapi.ts describes them. One that the app has and this list has not fails a test. */
import type { SchemaName } from "./openapi.ts";

export interface Operation {
  readonly id: string;
  readonly method: "get" | "post";
  /** With parameters in braces. */
  readonly path: string;
  readonly summary: string;
  /** Optional parameters of the query, with what they say. */
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: SchemaName;
  /** By media type the schema; null where the bytes are described elsewhere. */
  readonly answer: Readonly<Record<string, SchemaName | null>>;
  /** By status what it means; its answer is a Failure unless another is named. */
  readonly failures: Readonly<Record<number, string | { readonly description: string; readonly schema: SchemaName }>>;
}

const NOTHING = { 404: "There is no such thing here." };
const KEYLESS = { 401: "The API key is missing or unknown, where the server asks for one." };

const ASKED = {
  400: "The request or its frame is not valid, or does not fit the model.",
  404: "There is no such model.",
  409: "A frame was made for another version of the bundle.",
  413: "More than the server takes.",
  415: "A body that is neither JSON nor CBOR.",
  ...KEYLESS,
  429: "Too many requests; Retry-After says when to try again.",
  500: "Something failed inside the server.",
  503: "The server is going down; try again later.",
  504: "The model took too long.",
};

const GENERATING = {
  ...ASKED,
  502: "The program that runs the model failed or refused.",
  503: "The server is going down, or the program that runs the model cannot be reached; try again later.",
};

export const OPERATIONS: readonly Operation[] = [
  {
    id: "createCompletion",
    method: "post",
    path: "/v1/completions",
    summary: "Go on with a private prompt. With `stream`, events of TextCompletion, then [DONE].",
    body: "CompletionRequest",
    answer: { "application/json": "TextCompletion", "text/event-stream": "TextCompletion" },
    failures: GENERATING,
  },
  {
    id: "createChatCompletion",
    method: "post",
    path: "/v1/chat/completions",
    summary:
      "Answer messages of public text and private frames. With `stream`, events of ChatCompletionChunk, then [DONE].",
    body: "ChatRequest",
    answer: { "application/json": "ChatCompletion", "text/event-stream": "ChatCompletionChunk" },
    failures: GENERATING,
  },
  {
    id: "createClassification",
    method: "post",
    path: "/v1/classifications",
    summary: "Say what a private message is: every label of the bundle, with its probability.",
    body: "ClassificationRequest",
    answer: { "application/json": "Classification" },
    failures: ASKED,
  },
  {
    id: "listModels",
    method: "get",
    path: "/v1/models",
    summary: "The bundles, as models.",
    answer: { "application/json": "ModelList" },
    failures: KEYLESS,
  },
  {
    id: "retrieveModel",
    method: "get",
    path: "/v1/models/{id}",
    summary: "One bundle, as a model.",
    answer: { "application/json": "Model" },
    failures: { ...KEYLESS, ...NOTHING },
  },
  {
    id: "listBundles",
    method: "get",
    path: "/bundles",
    summary: "The bundles, with the bytes a client downloads.",
    answer: { "application/json": "BundleList" },
    failures: {},
  },
  {
    id: "getManifest",
    method: "get",
    path: "/bundles/{id}/manifest.json",
    summary: "A bundle's manifest. Its sha256 names the bundle.",
    answer: { "application/json": null },
    failures: NOTHING,
  },
  {
    id: "getClientFile",
    method: "get",
    path: "/bundles/{id}/client/{file}",
    summary: "A file of the client's part of a bundle.",
    query: { sha256: "The file's hash in hexadecimal digits: with it the answer may be kept for ever." },
    answer: { "application/octet-stream": null, "application/json": null, "application/x-onnx": null },
    failures: NOTHING,
  },
  {
    id: "getEmbedConfig",
    method: "get",
    path: "/embed/config.json",
    summary: "The origins whose pages may hold the widget.",
    answer: { "application/json": "EmbedConfig" },
    failures: {},
  },
  {
    id: "getPageConfig",
    method: "get",
    path: "/page/config.json",
    summary: "The other servers that this server's page may speak to.",
    answer: { "application/json": "PageConfig" },
    failures: {},
  },
  {
    id: "getHealth",
    method: "get",
    path: "/healthz",
    summary: "Whether the process answers.",
    answer: { "application/json": "Health" },
    failures: {},
  },
  {
    id: "getReadiness",
    method: "get",
    path: "/readyz",
    summary: "Whether the server takes requests now.",
    answer: { "application/json": "Readiness" },
    failures: { 503: { description: "It is going down, or an engine is not ready.", schema: "Readiness" } },
  },
  {
    id: "getMetrics",
    method: "get",
    path: "/metrics",
    summary: "Counts and times for Prometheus, to callers on the same machine.",
    answer: { "text/plain": null },
    failures: NOTHING,
  },
  {
    id: "getOpenApi",
    method: "get",
    path: "/openapi.json",
    summary: "This document.",
    answer: { "application/json": null },
    failures: {},
  },
];
