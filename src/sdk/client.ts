/** A client over any engine: the one way to the wire, for the app, the CLI and the tests. */
import { SottoError } from "../core/errors.ts";
import type { Engine } from "../engine/engine.ts";
import { streamCompletion } from "./completions.ts";
import { settlePrompt } from "./prompt.ts";
import type { Client, CompletionOptions, Prompt, PromptToken, Release } from "./types.ts";

/** Bind an engine to a server. `server` is an origin, e.g. http://localhost:8787. */
export function clientOver(engine: Engine, server: string): Client {
  const { manifest } = engine;
  const settle = (prompt: Prompt, preset: string) => settlePrompt(prompt, preset, manifest);

  /** Refuse what the server could only refuse, before anything is drawn. */
  function fits(tokens: readonly PromptToken[]): void {
    const room = manifest.model.contextLength - manifest.softPromptTokens - 1;
    if (tokens.length > room) {
      throw new SottoError("prompt_too_long", `The text has ${tokens.length} tokens; this model has room for ${room}.`);
    }
  }

  async function release(prompt: Prompt, preset: string, earlier?: Release): Promise<Release> {
    const segments = settle(prompt, preset);
    fits(await engine.tokenize(segments));
    return engine.release(segments, earlier);
  }

  function send(sent: Release, options: CompletionOptions = {}) {
    return streamCompletion(server, manifest.id, sent.frame, options);
  }

  return {
    server,
    bundle: manifest,
    digest: engine.digest,
    engine: engine.info,
    async tokenize(prompt, preset, earlier) {
      if (typeof prompt === "string" && prompt === "") return [];
      return engine.tokenize(settle(prompt, preset), earlier);
    },
    async example(prompt, preset) {
      const segments = settle(prompt, preset);
      fits(await engine.tokenize(segments));
      return engine.example(segments);
    },
    release,
    send,
    async *complete(prompt, preset, options) {
      yield* send(await release(prompt, preset), options);
    },
    close: () => engine.close(),
  };
}
