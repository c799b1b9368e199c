/** On which line of a TOML file a key stands: the parser keeps no positions of keys. Good enough to point at, never to read by. */

/** Line of a key (from 1), or of the table it should stand in, or null where neither is to be found. */
export function lineOfKey(toml: string, path: readonly string[]): number | null {
  const wanted = path.join(".");
  let table = "";
  let nearest: number | null = null;
  for (const [index, line] of toml.split("\n").entries()) {
    const header = /^\s*\[\s*([^\]]+?)\s*\]/.exec(line)?.[1];
    if (header !== undefined) table = plain(header);
    const key = header === undefined ? /^\s*([^=#]+?)\s*=/.exec(line)?.[1] : undefined;
    const name = key === undefined ? table : [table, plain(key)].filter((part) => part !== "").join(".");
    if (name === "" || (header === undefined && key === undefined)) continue;
    if (name === wanted) return index + 1;
    // An inline table holds the key on its own line: `limits = { waiting = 3 }`.
    if (wanted.startsWith(`${name}.`)) nearest = index + 1;
  }
  return nearest;
}

/** A dotted key without its quotes and blanks. */
function plain(key: string): string {
  return key
    .split(".")
    .map((part) => part.trim().replace(/^["']|["']$/g, ""))
    .join(".");
}
