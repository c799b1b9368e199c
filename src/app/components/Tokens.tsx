import { useRef, useState, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import type { Manifest, PromptToken } from "../../sdk/types.ts";
import { t } from "../i18n/i18n.ts";
import { PUBLIC } from "../marks.ts";
import { treatmentClass } from "../treatments.ts";
import { about, apart, atMost, counted, directionOf, listed, titleWithin, tokenLabel } from "../wording.ts";

interface Props {
  readonly manifest: Manifest;
  readonly tokens: readonly PromptToken[];
  /** Bits of one token at a preset, at most. */
  readonly bitsAt: (preset: string) => number;
  /** What the message would newly cost if the rest of it had each preset, in bits; null while that is not known. */
  readonly atPresets: readonly { readonly preset: string; readonly bits: number }[] | null;
}

/** More chips than this are no overview. */
const MOST = 600;

/** The message token by token, each with what it is sent as and what it may give away. */
export function Tokens({ manifest, tokens, bitsAt, atPresets }: Props) {
  useTranslation();
  const list = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState(0);
  const [pointed, setPointed] = useState<number | null>(null);
  const presets = manifest.presets.map(({ name }) => name);
  const shown = tokens.slice(0, MOST);
  const current = Math.min(place, shown.length - 1);
  const told = shown[Math.min(pointed ?? current, shown.length - 1)];
  if (told === undefined) return null;
  const size = Math.log2(manifest.model.vocabulary);
  const said = (token: PromptToken) => sentence(token, bitsAt, size);

  const direction = directionOf(shown.map(({ text }) => text).join(""));
  const keyed = (event: KeyboardEvent) => {
    const moves: Record<string, number> = {
      [direction === "ltr" ? "ArrowRight" : "ArrowLeft"]: Math.min(current + 1, shown.length - 1),
      [direction === "ltr" ? "ArrowLeft" : "ArrowRight"]: Math.max(current - 1, 0),
      Home: 0,
      End: shown.length - 1,
    };
    const next = moves[event.key];
    if (next === undefined) return;
    event.preventDefault();
    setPlace(next);
    setPointed(null);
    list.current?.querySelectorAll("button")[next]?.focus();
  };

  return (
    <section className="panel-section" aria-labelledby="tokens-title">
      <h2 className="panel-title" id="tokens-title">
        {t("meter:tokenByToken")}
      </h2>
      {atPresets !== null && (
        <p className="aside-note" data-testid="at-presets">
          {t("meter:atPresets", {
            costs: listed(
              atPresets.map(({ preset, bits }) =>
                t("meter:atPreset", { preset: titleWithin(preset), bits: atMost(bits) }),
              ),
            ),
          })}
        </p>
      )}
      <div
        ref={list}
        className="chips"
        dir={direction}
        role="group"
        aria-label={t("meter:tokensOfMessage")}
        onKeyDown={keyed}
      >
        {shown.map((token, i) => (
          <button
            key={i}
            type="button"
            className={`chip ${treatmentClass(token.preset ?? PUBLIC, presets)}${token.reused ? " is-reused" : ""}`}
            tabIndex={i === current ? 0 : -1}
            aria-label={said(token)}
            onFocus={() => setPlace(i)}
            onPointerEnter={() => setPointed(i)}
            onPointerLeave={() => setPointed(null)}
          >
            <span dir="auto">{tokenLabel(token.text)}</span>
          </button>
        ))}
      </div>
      {/* The chips say it to those who hear them. */}
      <p className="chip-said" aria-hidden="true">
        {said(told)}
      </p>
      {tokens.length > MOST && <p className="aside-note">{t("meter:firstTokens", counted(MOST))}</p>}
    </section>
  );
}

/** "'fox', strict: at most 0.9 of 12 bits" */
function sentence({ text, preset, reused }: PromptToken, bitsAt: (preset: string) => number, size: number): string {
  const word = apart(tokenLabel(text));
  if (preset === null) return t("meter:tokenPublic", { word });
  const said = { word, preset: titleWithin(preset), bits: atMost(bitsAt(preset)), size: about(size) };
  return reused ? t("meter:tokenAgain", said) : t("meter:tokenPrivate", said);
}
