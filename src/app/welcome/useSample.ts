import { useEffect, useState } from "react";
import type { Client, ExampleDraw } from "../../sdk/types.ts";

export type SampleDraw =
  | { readonly status: "waiting" }
  | { readonly status: "drawn"; readonly draw: ExampleDraw }
  | { readonly status: "failed" };

/** An example draw of a text, made by the client once there is one. It cannot be sent. */
export function useSample(client: Client | null, text: string, preset: string): SampleDraw {
  const [sample, setSample] = useState<SampleDraw>({ status: "waiting" });

  useEffect(() => {
    if (client === null) return;
    let current = true;
    client.example(text, preset).then(
      (draw) => current && setSample({ status: "drawn", draw }),
      () => current && setSample({ status: "failed" }),
    );
    return () => {
      current = false;
    };
  }, [client, text, preset]);

  return sample;
}
