import { useEffect, useLayoutEffect, useRef, type AnimationEvent } from "react";
import { dissolveTime } from "../motion.ts";

interface Props {
  readonly text: string;
  readonly tokens: number;
  readonly onDone: () => void;
}

/** The words of the text, laid exactly over it, dissolving one after another while their levels appear. */
export function Veil({ text, tokens, onDone }: Props) {
  const pieces = text.split(/(\s+)/);
  const words = pieces.flatMap((piece, i) => (piece.trim() === "" ? [] : [i]));
  const total = dissolveTime(tokens);

  useEffect(() => {
    // An animation that never ran (a hidden tab) does not end; the veil must.
    const timer = setTimeout(onDone, total + 1500);
    return () => clearTimeout(timer);
  }, [onDone, total]);

  const ended = (event: AnimationEvent<HTMLDivElement>) => {
    if (event.target instanceof HTMLElement && event.target.dataset["last"] === "true") onDone();
  };

  return (
    <div className="veil" dir="auto" aria-hidden="true" onAnimationEnd={ended}>
      {pieces.map((piece, i) => {
        const place = words.indexOf(i);
        if (place === -1) return piece;
        return <Word key={i} text={piece} delay={(place / words.length) * total} last={place === words.length - 1} />;
      })}
    </div>
  );
}

function Word({ text, delay, last }: { text: string; delay: number; last: boolean }) {
  const ref = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => {
    ref.current?.style.setProperty("animation-delay", `${Math.round(delay)}ms`);
  }, [delay]);
  return (
    <span ref={ref} data-last={last}>
      {text}
    </span>
  );
}
