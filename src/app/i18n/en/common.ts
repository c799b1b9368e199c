/** English: words that many parts share. */
export const common = {
  close: "Close",
  cancel: "Cancel",
  delete: "Delete",
  undo: "Undo",
  tryAgain: "Try again",
  partMissing: "A part of this page could not be loaded.",
} as const;
