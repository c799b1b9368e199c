/** English: leak. */
export const leak = {} as const;
