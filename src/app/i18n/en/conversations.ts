/** English: conversations. */
export const conversations = {} as const;
