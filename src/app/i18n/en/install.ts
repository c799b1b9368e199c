/** English: install. */
export const install = {} as const;
