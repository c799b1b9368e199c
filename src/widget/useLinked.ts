import { useSyncExternalStore } from "react";
import type { Link, Linked } from "./link.ts";

/** What is known of the page around the frame, live. */
export function useLinked({ subscribe, current }: Link): Linked {
  return useSyncExternalStore(subscribe, current, current);
}
