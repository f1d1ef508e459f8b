import { useTranslation } from 'react-i18next';

/** The box of a task in a list: it tells, and cannot be ticked. */
export function TaskBox({ isDone }: { isDone: boolean }) {
  const { t } = useTranslation('rendering');
  return (
    <input
      type="checkbox"
      disabled
      checked={isDone}
      readOnly
      aria-label={t(isDone ? 'task.done' : 'task.open')}
    />
  );
}
