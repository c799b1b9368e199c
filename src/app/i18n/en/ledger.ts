/** English: ledger. */
export const ledger = {} as const;
