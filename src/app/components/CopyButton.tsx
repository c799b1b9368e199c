import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

interface Props {
  readonly text: string;
  readonly label: string;
}

/** How long it says so, in milliseconds. */
const SAYS = 2000;

/** Copies a text, and says whether it did. */
export function CopyButton({ text, label }: Props) {
  const { t } = useTranslation("conversations");
  const [done, setDone] = useState<"copied" | "failed" | null>(null);
  useEffect(() => {
    if (done === null) return;
    const timer = setTimeout(() => setDone(null), SAYS);
    return () => clearTimeout(timer);
  }, [done]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setDone("copied");
    } catch {
      setDone("failed");
    }
  };
  return (
    <>
      <button type="button" className="button button-quiet" onClick={() => void copy()}>
        {done === "copied" ? t("copied") : label}
      </button>
      <span className={done === "failed" ? "aside-note" : "visually-hidden"} role="status">
        {done === "copied" && t("copied")}
        {done === "failed" && t("copyFailed")}
      </span>
    </>
  );
}
