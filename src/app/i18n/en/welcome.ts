/** English: welcome. */
export const welcome = {} as const;
