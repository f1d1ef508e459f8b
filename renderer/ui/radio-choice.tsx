import { useId } from 'react';

type RadioChoiceProps<T extends string> = {
  /** Stands above. */
  label: string;
  options: readonly { value: T; name: string; lang?: string }[];
  value: T;
  onChoose: (value: T) => void;
};

/** One of few, all of them in sight. */
export function RadioChoice<T extends string>({ label, options, value, onChoose }: RadioChoiceProps<T>) {
  const group = useId();
  return (
    <fieldset className="flex flex-wrap gap-x-6 gap-y-2">
      <legend className="mb-1 text-small text-soft">{label}</legend>
      {options.map(({ value: each, name, lang }) => (
        <label key={each} className="flex min-h-8 cursor-pointer items-center gap-2" lang={lang}>
          <input
            type="radio"
            name={group}
            value={each}
            checked={each === value}
            onChange={() => onChoose(each)}
            className="size-4 accent-accent"
          />
          {name}
        </label>
      ))}
    </fieldset>
  );
}
