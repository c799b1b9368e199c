/** English: commands. */
export const commands = {} as const;
