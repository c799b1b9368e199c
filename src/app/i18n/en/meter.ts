/** English: meter. */
export const meter = {} as const;
