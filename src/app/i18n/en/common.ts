/** English: words that many parts share. */
export const common = {
  close: "Close",
  cancel: "Cancel",
  delete: "Delete",
  undo: "Undo",
} as const;
