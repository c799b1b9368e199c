import { useTranslation } from "react-i18next";
import type { LoadNote } from "../../sdk/types.ts";

const KEYS = { repaired: "repaired", unkept: "unkept", resumed: "resumed", "kept-manifest": "keptManifest" } as const;

/** What a person should know of how the bundle came: `LoadProgress.notes`. Nothing where there is nothing to say. */
export function LoadNotes({ notes }: { notes: readonly LoadNote[] | undefined }) {
  const { t } = useTranslation("install");
  if (notes === undefined || notes.length === 0) return null;
  return (
    <div className="notice notice-quiet" role="status">
      {notes.map((note) => (
        <p key={note}>{t(KEYS[note])}</p>
      ))}
    </div>
  );
}
