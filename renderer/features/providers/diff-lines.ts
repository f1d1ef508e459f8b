export type DiffLine = { type: 'same' | 'added' | 'removed'; text: string };

/** Cells of the table the comparison fills; more of them would hold up the page. */
const mostCells = 4_000_000;

/** What differs between two texts, line by line. */
export function diffLines(before: string, after: string): DiffLine[] {
  const a = before.split(/\r?\n/);
  const b = after.split(/\r?\n/);
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  const same = (lines: string[]): DiffLine[] => lines.map(text => ({ type: 'same', text }));
  return [
    ...same(a.slice(0, start)),
    ...diffMiddle(a.slice(start, a.length - end), b.slice(start, b.length - end)),
    ...same(a.slice(a.length - end)),
  ];
}

/** The longest common part of both, by the usual table. */
function diffMiddle(a: string[], b: string[]): DiffLine[] {
  const removed = a.map((text): DiffLine => ({ type: 'removed', text }));
  const added = b.map((text): DiffLine => ({ type: 'added', text }));
  if (a.length * b.length > mostCells || a.length === 0 || b.length === 0) return [...removed, ...added];
  const width = b.length + 1;
  const table = new Uint32Array((a.length + 1) * width);
  const cell = (row: number, column: number): number => table[row * width + column] ?? 0;
  for (let row = a.length - 1; row >= 0; row -= 1) {
    for (let column = b.length - 1; column >= 0; column -= 1) {
      table[row * width + column] =
        a[row] === b[column]
          ? cell(row + 1, column + 1) + 1
          : Math.max(cell(row + 1, column), cell(row, column + 1));
    }
  }
  const lines: DiffLine[] = [];
  let [row, column] = [0, 0];
  while (row < a.length && column < b.length) {
    if (a[row] === b[column]) {
      lines.push({ type: 'same', text: a[row] ?? '' });
      row += 1;
      column += 1;
    } else if (cell(row + 1, column) >= cell(row, column + 1))
      lines.push({ type: 'removed', text: a[row++] ?? '' });
    else lines.push({ type: 'added', text: b[column++] ?? '' });
  }
  return [...lines, ...removed.slice(row), ...added.slice(column)];
}

/** Only what changed, with some lines around; null stands for those left out. */
export function foldSame(lines: readonly DiffLine[], around = 3): (DiffLine | null)[] {
  const near = new Set<number>();
  lines.forEach(({ type }, index) => {
    if (type === 'same') return;
    for (let at = index - around; at <= index + around; at += 1) near.add(at);
  });
  return lines.flatMap((line, index) => {
    if (near.has(index)) return [line];
    return index === 0 || near.has(index - 1) ? [null] : [];
  });
}
