/** Fields that are not there are refused by name: ignoring one would answer another question than the one that was asked. */
import { SottoError } from "../../core/errors.ts";

/**
 * @param where what the object is, for the sentence
 * @throws SottoError `unsupported_field` for a field that is neither known nor null; `invalid_request` for what is no object
 */
export function refuseOthers(value: object, known: readonly string[], where: string): void {
  if (typeof value !== "object" || value === null) {
    throw new SottoError("invalid_request", `There is something that is not ${where}.`);
  }
  for (const [name, given] of Object.entries(value)) {
    if (known.includes(name) || given == null) continue;
    // A name that is not a word might be anything, also a person's text.
    const called = /^[a-z_]{1,40}$/.test(name) ? `the field ${name}` : "one of the fields";
    throw new SottoError(
      "unsupported_field",
      `Sotto does not support ${called} of ${where}; it knows ${known.join(", ")}.`,
    );
  }
}
