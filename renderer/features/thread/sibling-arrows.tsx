import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useTranslation } from 'react-i18next';

import { IconButton } from '../../ui/button.tsx';

type SiblingArrowsProps = { id: string; siblings: string[]; onShow: (id: string) => void };

/** Steps through the replies to one message; nothing where there is only one. */
export function SiblingArrows({ id, siblings, onShow }: SiblingArrowsProps) {
  const { t } = useTranslation('thread');
  if (siblings.length < 2) return null;
  const position = siblings.indexOf(id);
  const before = siblings[position - 1];
  const after = siblings[position + 1];
  return (
    <span className="flex items-center text-small">
      <IconButton label={t('versions.earlier')} disabled={!before} onClick={() => before && onShow(before)}>
        <ChevronLeft aria-hidden size={16} className="rtl:-scale-x-100" />
      </IconButton>
      <span
        role="img"
        aria-label={t('versions.position', { position: position + 1, count: siblings.length })}
        className="tabular-nums"
      >
        {position + 1}/{siblings.length}
      </span>
      <IconButton label={t('versions.later')} disabled={!after} onClick={() => after && onShow(after)}>
        <ChevronRight aria-hidden size={16} className="rtl:-scale-x-100" />
      </IconButton>
    </span>
  );
}
