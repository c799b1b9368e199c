/** English: storage. */
export const storage = {} as const;
