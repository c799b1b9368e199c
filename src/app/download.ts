/** Give the person a file. */
export function download(text: string, name: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The download has begun by then; at once would be too early in some browsers.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** "2026-02-12", for names of files. */
export function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
