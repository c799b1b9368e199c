import { useState } from "react";
import { late } from "../app/late/late.tsx";
import type { Sdk } from "../app/sdk.ts";
import type { State } from "../app/state.ts";
import type { Link } from "./link.ts";
import type { Start } from "./start.ts";
import { Writing } from "./Writing.tsx";

const Asking = late(async () => (await import("./Asking.tsx")).Asking);

interface Props {
  readonly sdk: Sdk;
  /** Origin of the server: the frame's own. */
  readonly server: string;
  readonly start: Start;
  readonly link: Link;
  /** Whether another page holds this one. */
  readonly within: boolean;
  /** Where to begin; tests begin in the middle. */
  readonly state?: State;
}

/** The page in small, for the frame inside of another page: the view that its bundle needs, which its manifest says. */
export function Widget({ state, ...props }: Props) {
  const [asks, setAsks] = useState(false);
  if (asks) return <Asking {...props} />;
  return <Writing {...props} {...(state !== undefined && { state })} onOtherTask={() => setAsks(true)} />;
}
