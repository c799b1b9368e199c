/** Finding a command by a few letters of its words. */

/** Lower case and without accents. */
function plain(text: string): string {
  return text.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase();
}

export interface Named<T> {
  readonly item: T;
  /** What it is called. */
  readonly title: string;
  /** What else it may be looked for by. */
  readonly more: string;
}

/**
 * Those of which every word of the query is somewhere in, the best first: where the title begins with the query, then where a word of
 * the title begins with its first word, then the others, each in the order they came in.
 */
export function searched<T>(query: string, all: readonly Named<T>[]): T[] {
  const wanted = plain(query).split(/\s+/).filter(Boolean);
  const [first] = wanted;
  if (first === undefined) return all.map(({ item }) => item);
  const ranked = all.flatMap(({ item, title, more }) => {
    const name = plain(title);
    const text = `${name} ${plain(more)}`;
    if (!wanted.every((word) => text.includes(word))) return [];
    const rank = name.startsWith(wanted.join(" "))
      ? 0
      : name.split(/\s+/).some((word) => word.startsWith(first))
        ? 1
        : 2;
    return [{ item, rank }];
  });
  // Sorting keeps the order of equals.
  return ranked.sort((a, b) => a.rank - b.rank).map(({ item }) => item);
}
