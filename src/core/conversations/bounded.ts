/** Lists from anyone. */
import { z } from "zod";

/**
 * A list of at most `max` elements. Its length is looked at before its elements, and the first wrong one ends it: zod's own
 * array describes every wrong element of a list of any length.
 */
export function listOf<Element extends z.ZodType>(element: Element, max: number, min = 0) {
  return z.array(z.unknown()).transform((values, context): z.output<Element>[] => {
    const refuse = () => {
      context.addIssue({ code: "custom", message: "This list is not what it should be." });
      return z.NEVER;
    };
    if (values.length < min || values.length > max) return refuse();
    const found: z.output<Element>[] = [];
    for (const value of values) {
      const parsed = element.safeParse(value);
      if (!parsed.success) return refuse();
      found.push(parsed.data);
    }
    return found;
  });
}
