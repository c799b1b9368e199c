/** The SDK, loaded when the page asks for its first client: nothing of it is needed to paint. */
import { SottoError } from "../../sdk/errors.ts";
import { t } from "../i18n/i18n.ts";
import type { Sdk } from "../sdk.ts";

/**
 * An SDK that is imported by its first `createClient` or `createClassifier`. Costs are of a manifest, and a manifest is of a client: whoever can ask for one has
 * the code.
 * @param load imports it; one that fails is tried again by the next one, which rejects with `server_unreachable`
 */
export function lateSdk(load: () => Promise<Sdk>): Sdk {
  let found: Sdk | null = null;
  const here = () => {
    if (found === null) throw new Error("There is no client yet, so there is no manifest to price.");
    return found;
  };
  const loaded = async () => {
    try {
      found ??= await load();
      return found;
    } catch (cause) {
      throw new SottoError("server_unreachable", t("common:partMissing"), { cause });
    }
  };
  return {
    createClient: async (options) => (await loaded()).createClient(options),
    createClassifier: async (options) => (await loaded()).createClassifier(options),
    privacyCost: (...of) => here().privacyCost(...of),
    mixedCost: (...of) => here().mixedCost(...of),
    gistCost: (...of) => here().gistCost(...of),
  };
}
