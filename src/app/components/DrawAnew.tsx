import { useTranslation } from "react-i18next";

interface Props {
  /** What it costs, in a sentence. */
  readonly cost: string;
  readonly onAnew: () => void;
}

/** New levels for the same words: a new cost, which stands beside the button. */
export function DrawAnew({ cost, onAnew }: Props) {
  const { t } = useTranslation("reply");
  return (
    <>
      <button type="button" className="button button-quiet" onClick={onAnew} aria-describedby="anew-cost">
        {t("drawAnew")}
      </button>
      <span className="aside-note" id="anew-cost">
        {cost}
      </span>
    </>
  );
}
