import { useId } from 'react';

type SettingCheckProps = {
  label: string;
  hint?: string;
  checked: boolean;
  disabled?: boolean;
  onChange: (checked: boolean) => void;
};

/** A setting that is on or off, with what it means below it. */
export function SettingCheck({ label, hint, checked, disabled = false, onChange }: SettingCheckProps) {
  const id = useId();
  return (
    <div>
      <label className="flex min-h-8 cursor-pointer items-center gap-2.5">
        <input
          type="checkbox"
          className="size-4 shrink-0 accent-accent"
          checked={checked}
          disabled={disabled}
          aria-describedby={hint === undefined ? undefined : id}
          onChange={event => onChange(event.target.checked)}
        />
        {label}
      </label>
      {hint !== undefined && (
        <p id={id} className="ms-6.5 max-w-prose text-small text-faint">
          {hint}
        </p>
      )}
    </div>
  );
}
