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
  /** Of the names: the bundle's, whatever the page speaks. */
  readonly language: string | undefined;
  /** The rest can be shown on demand. */
  readonly rest?: boolean;
}

const FIRST = 5;

/** Probabilities as bars. */
export function Shares({ shares, label, language, rest = false }: Props) {
  const { t } = useTranslation("ask");
  const [whole, setWhole] = useState(false);
  const list = useId();
  const shown = whole ? shares : shares.slice(0, FIRST);
  return (
    <div className="shares">
      <ol id={list} aria-label={label}>
        {shown.map((share, i) => (
          <Row key={`${share.name} ${i}`} {...share} language={language} />
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

function Row({ name, probability, language }: Share & Pick<Props, "language">) {
  const bar = useRef<HTMLSpanElement>(null);
  useCustomProperty(bar, "--share", String(probability));
  return (
    <li className="share">
      <span className="share-name" lang={language} dir="auto">
        {name}
      </span>
      <span ref={bar} className="bar" aria-hidden="true" />
      <span className="number">{percent(probability)}</span>
    </li>
  );
}
