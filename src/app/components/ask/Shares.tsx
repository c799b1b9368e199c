import { useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useCustomProperty } from "../../hooks/useCustomProperty.ts";
import { about, percent } from "../../wording.ts";

export interface Share {
  readonly name: string;
  readonly probability: number;
}

interface Props {
  /** The likeliest first. */
  readonly shares: readonly Share[];
  readonly label: string;
  /** The rest can be shown on demand. */
  readonly rest?: boolean;
}

const FIRST = 5;

/** Probabilities as bars. The names are of the bundle, in its language. */
export function Shares({ shares, label, rest = false }: Props) {
  const { t } = useTranslation("ask");
  const [whole, setWhole] = useState(false);
  const list = useId();
  const shown = whole ? shares : shares.slice(0, FIRST);
  return (
    <div className="shares">
      <ol id={list} aria-label={label}>
        {shown.map((share, i) => (
          <Row key={`${share.name} ${i}`} {...share} />
        ))}
      </ol>
      {rest && shares.length > FIRST && (
        <button
          type="button"
          className="link-button"
          aria-expanded={whole}
          aria-controls={list}
          onClick={() => setWhole(!whole)}
        >
          {whole ? t("showFewer") : t("showAll", { n: about(shares.length) })}
        </button>
      )}
    </div>
  );
}

function Row({ name, probability }: Share) {
  const bar = useRef<HTMLSpanElement>(null);
  useCustomProperty(bar, "--share", String(probability));
  return (
    <li className="share">
      <span className="share-name" lang="en" dir="ltr">
        {name}
      </span>
      <span ref={bar} className="bar" aria-hidden="true" />
      <span className="number">{percent(probability)}</span>
    </li>
  );
}
