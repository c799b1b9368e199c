/** English: composer. */
export const composer = {} as const;
