import { useState } from 'react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

type ChartFrameProps = {
  title: string;
  /** Further choices, beside the one between picture and table. */
  controls?: ReactNode;
  table: ReactNode;
  children: ReactNode;
};

/** A chart with its title, and the same numbers as a table for whoever prefers to read them. */
export function ChartFrame({ title, controls, table, children }: ChartFrameProps) {
  const { t } = useTranslation('usage');
  const [isTable, setTable] = useState(false);
  return (
    <section className="mb-10" aria-label={title}>
      <div className="mb-2 flex flex-wrap items-center justify-between gap-2">
        <h2 className="text-body font-semibold">{title}</h2>
        <div className="flex flex-wrap items-center gap-1">
          {controls}
          <span aria-hidden className="mx-1 h-4 border-s border-line" />
          <ToggleButton isOn={isTable} onToggle={() => setTable(!isTable)}>
            {t('as_table')}
          </ToggleButton>
        </div>
      </div>
      {isTable ? table : <div data-chart>{children}</div>}
    </section>
  );
}

export function ToggleButton({
  isOn,
  onToggle,
  children,
}: {
  isOn: boolean;
  onToggle: () => void;
  children: ReactNode;
}) {
  return (
    <button
      type="button"
      aria-pressed={isOn}
      onClick={onToggle}
      className="min-h-8 rounded-base px-2.5 text-small text-soft hover:bg-hover aria-pressed:bg-active aria-pressed:font-medium aria-pressed:text-ink"
    >
      {children}
    </button>
  );
}

/** A small table of numbers: the first column names, the others count. */
export function NumberTable({ heads, rows }: { heads: string[]; rows: { key: string; cells: string[] }[] }) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a long table scrolls with the keyboard
    <div className="max-h-80 overflow-auto" role="region" aria-label={heads[0]} tabIndex={0}>
      <table className="w-full border-collapse text-small tabular-nums">
        <thead>
          <tr className="border-b border-line-strong text-faint">
            {heads.map((head, index) => (
              <th
                key={head}
                scope="col"
                className={`px-2 py-1.5 font-medium ${index > 0 ? 'text-end' : 'text-start'}`}
              >
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, cells }) => (
            <tr key={key} className="border-b border-line">
              {cells.map((cell, index) => (
                <td
                  key={heads[index]}
                  dir="auto"
                  className={`px-2 py-1.5 ${index > 0 ? 'text-end whitespace-nowrap' : 'text-start wrap-anywhere'}`}
                >
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
