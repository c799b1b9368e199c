/** Markup from templates that escape whatever is put into them. */

const MADE: unique symbol = Symbol("markup");

/** Markup that goes into other markup as it is. Only this file makes it. */
export interface Markup {
  readonly [MADE]: string;
}

export type Piece = string | number | Markup | null | readonly Piece[];

/** A template of markup. Its pieces are text, in an element or in a quoted attribute, unless they are markup themselves. */
export function markup(strings: TemplateStringsArray, ...pieces: readonly Piece[]): Markup {
  return { [MADE]: strings.map((fixed, i) => fixed + textOf(pieces[i] ?? null)).join("") };
}

/** Markup that we wrote as it is, a style sheet say. Never anything from outside. */
export function trusted(text: string): Markup {
  return { [MADE]: text };
}

/** As it is written into a file. */
export function written(made: Markup): string {
  return made[MADE];
}

function textOf(piece: Piece): string {
  if (piece === null) return "";
  if (typeof piece === "string") return escaped(piece);
  if (typeof piece === "number") return String(piece);
  return MADE in piece ? piece[MADE] : piece.map(textOf).join("");
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
  "\r": "&#13;",
};

/** Neither HTML nor XML has a way to write these: controls, lone surrogates, and what is no character. */
const UNWRITABLE = /[^\P{Cc}\t\n\r]|\p{Surrogate}|\p{Noncharacter_Code_Point}/gu;

function escaped(text: string): string {
  return text.replace(UNWRITABLE, "\uFFFD").replace(/[&<>"'\r]/g, (character) => ENTITIES[character] ?? "");
}
