/**
 * `sotto/react`: hooks over a client of `sotto/sdk`. React 19.
 * @module react
 */
export {
  usePrivateChat,
  type ChatMessage,
  type ChatStatus,
  type PrivateChat,
  type PrivateChatOptions,
} from "./usePrivateChat.ts";
export { useMeter, type Meter, type MeterOptions } from "./useMeter.ts";
export { usePreview, type Preview, type PreviewHookOptions } from "./usePreview.ts";
