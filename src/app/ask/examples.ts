/** Questions to try, by the id of the bundle that they are for. */

/** Short questions to a bank's help desk, of our own: none is of the data that the bundle learned from. */
const BANK: readonly string[] = [
  "My new card still has not come in the post.",
  "Why did the machine give me less cash than I asked for?",
  "Somebody in another town paid with my card.",
  "Can I change the address in my profile?",
];

const EXAMPLES: Readonly<Record<string, readonly string[]>> = { "demo-intents": BANK };

/** None where the bundle is not known here. */
export function examplesFor(bundle: string): readonly string[] {
  return Object.hasOwn(EXAMPLES, bundle) ? EXAMPLES[bundle]! : [];
}
