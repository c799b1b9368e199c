import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { useCustomProperty } from "../hooks/useCustomProperty.ts";
import type { ShownSizes } from "../shown.ts";
import { bytes } from "../wording.ts";

/** Bytes on the wire beside two ways of not hiding anything. */
export function Sizes({ sizes }: { sizes: ShownSizes }) {
  const { t } = useTranslation("meter");
  const widest = Math.max(sizes.frame, sizes.text, sizes.embeddings ?? 0, 1);
  return (
    <dl className="sizes">
      <Size name={t("sizeLevels")} size={sizes.frame} widest={widest} ours />
      <Size name={t("sizeText")} size={sizes.text} widest={widest} />
      {sizes.embeddings !== null && <Size name={t("sizeEmbeddings")} size={sizes.embeddings} widest={widest} />}
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
