import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { typedNumber, type Bounds } from "../../settings/number.ts";

interface Props {
  readonly label: string;
  readonly note?: string;
  /** What is said where the typed is no such number. */
  readonly wrong: string;
  readonly value: number | null;
  readonly bounds: Bounds;
  readonly onChange: (value: number | null) => void;
}

/** A number, or nothing, which leaves it to the server. What is not within the bounds is said, and not taken. */
export function NumberField({ label, note, wrong, value, bounds, onChange }: Props) {
  const { t } = useTranslation("settings");
  const id = useId();
  const [typed, setTyped] = useState(value === null ? "" : String(value));
  const read = typedNumber(typed, bounds);
  // Another tab may have set it; what is typed here and not valid stays in sight.
  const shown = read === "wrong" || read === value ? typed : value === null ? "" : String(value);
  const isWrong = typedNumber(shown, bounds) === "wrong";
  return (
    <div className="sheet-field setting-number">
      <label className="small-title" htmlFor={id}>
        {label}
      </label>
      <input
        id={id}
        inputMode={bounds.whole === true ? "numeric" : "decimal"}
        autoComplete="off"
        placeholder={t("byServer")}
        value={shown}
        aria-invalid={isWrong}
        aria-describedby={`${id}-note`}
        onChange={(event) => {
          const text = event.currentTarget.value;
          setTyped(text);
          const next = typedNumber(text, bounds);
          if (next !== "wrong") onChange(next);
        }}
      />
      <p className="aside-note" id={`${id}-note`} role={isWrong ? "alert" : undefined}>
        {isWrong ? wrong : note}
      </p>
    </div>
  );
}
