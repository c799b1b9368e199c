/** What the server answers for, by what a bundle's message is released as. */
import { SottoError } from "../src/core/errors.ts";
import type { ServedGist } from "./classification.ts";
import type { Served } from "./completion.ts";

interface Kinds {
  readonly token: Served;
  readonly gist: ServedGist;
}

/** By kind and by id; no id is in both. */
export type ServedModels = { readonly [Kind in keyof Kinds]: ReadonlyMap<string, Kinds[Kind]> };

const OTHERWISE = {
  token: "This bundle answers with labels and goes on with no text. Ask /v1/classifications, or another model.",
  gist: "This bundle goes on with a text and answers with no labels. Ask /v1/completions, or another model.",
} as const;

/**
 * The model of that id, where it does what is asked of it.
 * @throws SottoError `bundle_not_found`; `task_unsupported` where the bundle is of the other kind
 */
export function findServed<Kind extends keyof Kinds>(models: ServedModels, kind: Kind, id: string): Kinds[Kind] {
  const found: Kinds[Kind] | undefined = models[kind].get(id);
  if (found !== undefined) return found;
  const others = kind === "token" ? models.gist : models.token;
  if (others.has(id)) throw new SottoError("task_unsupported", OTHERWISE[kind]);
  const ids = [...models.token.keys(), ...models.gist.keys()].join(", ");
  throw new SottoError("bundle_not_found", `This server has no such model; it has ${ids}.`);
}
