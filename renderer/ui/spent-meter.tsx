import { classNames } from './class-names.ts';

const fills = { fine: 'bg-accent', fast: 'bg-warning', near: 'bg-warning', spent: 'bg-danger' };

type SpentMeterProps = {
  label: string;
  /** The same in words. */
  said: string;
  /** Parts of one: of the amount what is spent, and of the period what has passed (the mark). */
  share: number;
  passed: number;
  level: keyof typeof fills;
};

/** How much of an amount is gone, and where in its period we are. */
export function SpentMeter({ label, said, share, passed, level }: SpentMeterProps) {
  return (
    <div
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.min(100, Math.round(share * 100))}
      aria-valuetext={said}
      className="relative h-1.5 rounded-full bg-active"
    >
      <div
        className={classNames('h-full rounded-full', fills[level])}
        style={{ width: `${Math.min(100, share * 100)}%` }}
      />
      <div
        aria-hidden
        className="absolute -inset-y-0.5 w-0.5 bg-ink"
        style={{ insetInlineStart: `${passed * 100}%` }}
      />
    </div>
  );
}
