/** What the page takes of the SDK, and no more of it: a file that is imported as a whole while the page runs brings all it exports. */
export { createClassifier, createClient, gistCost, mixedCost, privacyCost } from "../sdk/index.ts";
