/** English: widget. */
export const widget = {} as const;
