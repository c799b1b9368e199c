import { useRef } from "react";
import type { SentSizes } from "../../sdk/types.ts";
import { useCustomProperty } from "../hooks/useCustomProperty.ts";
import { bytes } from "../wording.ts";

/** Bytes on the wire beside two ways of not hiding anything. */
export function Sizes({ sizes }: { sizes: SentSizes }) {
  const widest = Math.max(sizes.frame, sizes.text, sizes.embeddings, 1);
  return (
    <dl className="sizes">
      <Size name="These levels" size={sizes.frame} widest={widest} ours />
      <Size name="The text itself" size={sizes.text} widest={widest} />
      <Size name="Embeddings, fp16" size={sizes.embeddings} widest={widest} />
    </dl>
  );
}

function Size({ name, size, widest, ours = false }: { name: string; size: number; widest: number; ours?: boolean }) {
  const bar = useRef<HTMLSpanElement>(null);
  useCustomProperty(bar, "--share", String(size / widest));
  return (
    <div className={ours ? "size is-ours" : "size"}>
      <dt>{name}</dt>
      <dd>
        <span ref={bar} className="bar" aria-hidden="true" />
        <span className="number">{bytes(size)}</span>
      </dd>
    </div>
  );
}
