import { keycaps, type Shortcut } from "../../commands/keys.ts";

/** A shortcut as this platform's keyboards name its keys. */
export function Keys({ shortcut }: { readonly shortcut: Shortcut }) {
  return (
    <kbd className="keys" dir="ltr">
      {keycaps(shortcut).map((key) => (
        <kbd key={key}>{key}</kbd>
      ))}
    </kbd>
  );
}
