/** The sign of a preset, or the first letter of its name. */
export function PresetIcon({ preset }: { preset: { icon: string; name: string } }) {
  const sign = preset.icon || (Array.from(preset.name)[0] ?? '').toUpperCase();
  return (
    <span aria-hidden className="inline-block min-w-5 text-center font-medium">
      {sign}
    </span>
  );
}
