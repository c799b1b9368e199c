/** How large anything of a conversation may be: what is beyond is refused before it is looked at more closely. */
export const LIMITS = {
  /** UTF-16 code units. */
  title: 200,
  /** UTF-16 code units of one segment, and of one reply. */
  text: 1_000_000,
  segments: 1000,
  turns: 2000,
  /** Base64 characters: those of the 16 MiB that a reader of frames takes. */
  frame: 4 * Math.ceil((16 * 1024 * 1024) / 3),
  draws: 4000,
  /** Presets in one draw. */
  charges: 256,
  /** As a reader of frames takes. */
  tokens: 65_536,
  /** UTF-16 code units of the JSON of one conversation. */
  conversation: 32 * 1024 * 1024,
  /** UTF-16 code units of a file. */
  file: 128 * 1024 * 1024,
  conversationsInFile: 20_000,
} as const;
