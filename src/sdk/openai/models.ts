/** The server's bundles, as OpenAI's clients list models. */
import { model, modelList, type Model, type ModelList } from "../../core/wire/api.ts";
import { askJson } from "../http.ts";
import type { RequestOptions } from "./types.ts";

export type { Model, ModelList as ModelsList } from "../../core/wire/api.ts";

export interface Models {
  /**
   * Every bundle of the server, with its sha256, presets and context length.
   * @throws SottoError `server_unreachable`, `invalid_api_key`, `aborted`, `server_error`
   */
  list(options?: RequestOptions): Promise<ModelList>;
  /** One of them. @throws SottoError as `list`, and `bundle_not_found` */
  retrieve(id: string, options?: RequestOptions): Promise<Model>;
}

export function modelsOf(server: string, apiKey: string | undefined): Models {
  const at = (path: string) => ({ server, path, accept: "application/json", apiKey }) as const;
  return {
    list: ({ signal } = {}) => askJson(at("/v1/models"), modelList, signal),
    retrieve: (id, { signal } = {}) => askJson(at(`/v1/models/${encodeURIComponent(id)}`), model, signal),
  };
}
