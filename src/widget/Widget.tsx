import { useState } from "react";
import { handOver, type Handed } from "../app/handed.ts";
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
  const [handed, setHanded] = useState<Handed | null>(null);
  if (handed !== null) return <Asking {...props} handed={handed} />;
  return (
    <Writing
      {...props}
      {...(state !== undefined && { state })}
      onOtherTask={() => void handOver(Asking.fetch, setHanded)}
    />
  );
}
