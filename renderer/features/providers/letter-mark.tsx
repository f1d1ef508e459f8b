import { classNames } from '../../ui/class-names.ts';

/** A provider's first letter: a mark that needs no vendor's picture. */
export function LetterMark({ name, isOff = false }: { name: string; isOff?: boolean }) {
  return (
    <span
      aria-hidden
      className={classNames(
        'grid size-9 shrink-0 place-items-center rounded-base font-serif text-lg font-semibold',
        isOff ? 'bg-sunken text-faint' : 'bg-accent-soft text-accent',
      )}
    >
      {(/[\p{L}\p{N}]/u.exec(name)?.[0] ?? '?').toUpperCase()}
    </span>
  );
}
