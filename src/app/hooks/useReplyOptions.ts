import { useCallback } from "react";
import type { Client, CompletionOptions } from "../../sdk/types.ts";
import { apiKeyOf, useHeld } from "../settings/store.ts";

/** How replies are asked for: as the settings say, and what they leave open as the server does. */
export function useReplyOptions(): (client: Client) => CompletionOptions {
  const held = useHeld();
  return useCallback(
    (client) => {
      const { maxTokens, temperature, topP } = held.settings;
      const apiKey = apiKeyOf(client.server, held);
      return {
        ...(maxTokens !== null && { maxTokens }),
        ...(temperature !== null && { temperature }),
        ...(topP !== null && { topP }),
        ...(apiKey !== undefined && { apiKey }),
      };
    },
    [held],
  );
}
