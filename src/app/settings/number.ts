/** A number as a person types it into a field that may stay empty. */
export interface Bounds {
  readonly least: number;
  readonly most: number;
  readonly whole?: boolean;
}

/** Null for an empty field, `wrong` for what is no number within the bounds. A comma is a decimal point. */
export function typedNumber(typed: string, { least, most, whole = false }: Bounds): number | null | "wrong" {
  const text = typed.trim().replace(",", ".");
  if (text === "") return null;
  if (!/^\d+(\.\d*)?$|^\.\d+$/.test(text)) return "wrong";
  const value = Number(text);
  if (value < least || value > most || (whole && !Number.isInteger(value))) return "wrong";
  return value;
}
