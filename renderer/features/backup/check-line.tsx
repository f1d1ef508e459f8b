type CheckLineProps = { label: string; checked: boolean; onChange: (checked: boolean) => void };

export function CheckLine({ label, checked, onChange }: CheckLineProps) {
  return (
    <label className="flex min-h-8 cursor-pointer items-center gap-2.5">
      <input
        type="checkbox"
        className="size-4 shrink-0 accent-accent"
        checked={checked}
        onChange={event => onChange(event.target.checked)}
      />
      {label}
    </label>
  );
}
