/** English: reply. */
export const reply = {} as const;
