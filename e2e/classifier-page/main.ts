/** The browser's SDK with a gist bundle, for a test to use. */
import "../../src/sdk/without-eval.ts";
import { createClassifier } from "../../src/sdk/index.ts";
import type { Classifier } from "../../src/sdk/gist/types.ts";

declare global {
  interface Window {
    classifier: (bundle: string) => Promise<Classifier>;
  }
}

window.classifier = (bundle) => createClassifier({ bundle });
