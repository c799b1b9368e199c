import { OPENINGS } from "../openings.ts";

/** Texts to begin with, one of them with something in it that one would not hand over. */
export function Openings({ onPick }: { onPick: (text: string) => void }) {
  return (
    <section className="openings" aria-labelledby="openings-title">
      <h2 className="small-title" id="openings-title">
        Or begin with one of these
      </h2>
      <ul>
        {OPENINGS.map((opening) => (
          <li key={opening.text}>
            <button type="button" className="opening" onClick={() => onPick(opening.text)}>
              <span className="opening-text">{opening.text} …</span>
              {opening.secret && <span className="tag">holds a secret</span>}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
