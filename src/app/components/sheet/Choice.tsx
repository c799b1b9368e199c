import { useId } from "react";

interface Props<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly (readonly [value: T, label: string])[];
  readonly onChange: (value: T) => void;
}

/** A few things of which one holds, side by side. Radio buttons, so the arrow keys move between them. */
export function Choice<T extends string>({ label, value, options, onChange }: Props<T>) {
  const name = useId();
  return (
    <fieldset className="choice" role="radiogroup" aria-label={label}>
      <legend className="small-title">{label}</legend>
      <div className="choice-row">
        {options.map(([each, words]) => (
          <label key={each} className="choice-option">
            <input type="radio" name={name} checked={each === value} onChange={() => onChange(each)} />
            <span>{words}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
