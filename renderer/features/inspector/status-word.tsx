import { useTranslation } from 'react-i18next';

import type { InspectedCall } from '../../../electron/contract/inspector.ts';

const looks: Record<InspectedCall['status'], string> = {
  running: 'text-accent',
  ok: 'text-good',
  error: 'text-danger',
  cancelled: 'text-soft',
  interrupted: 'text-warning',
};

export function StatusWord({ status }: { status: InspectedCall['status'] }) {
  const { t } = useTranslation('inspector');
  return <span className={looks[status]}>{t(`status.${status}`)}</span>;
}
