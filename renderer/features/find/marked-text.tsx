import type { TextRange } from '../../../electron/contract/finding-calls.ts';

/** Text with the found places marked. */
export function MarkedText({ text, marks }: { text: string; marks: readonly TextRange[] }) {
  const last = marks.at(-1)?.[1] ?? 0;
  const parts = marks.map(([start, end], index) => {
    const before = text.slice(marks[index - 1]?.[1] ?? 0, start);
    return (
      <span key={start}>
        {before}
        <mark className="rounded-sm bg-warning-soft text-ink">{text.slice(start, end)}</mark>
      </span>
    );
  });
  return (
    <>
      {parts}
      {text.slice(last)}
    </>
  );
}
