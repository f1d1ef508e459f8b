import {
  ArrowDown,
  ArrowUp,
  Copy,
  Ellipsis,
  FileCode,
  KeyRound,
  Power,
  SquarePen,
  Trash2,
} from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { useLocation } from 'wouter';

import { IconButton } from '../../ui/button.tsx';
import { Menu, MenuItem } from '../../ui/menu.tsx';
import { reportError } from '../../ui/report-error.ts';
import type { BackendRowProps } from './backend-row.tsx';
import { suggestName } from './backend-state.ts';
import {
  useDuplicateBackend,
  useRemoveBackend,
  useRestoreBackend,
  useUpdateBackend,
} from './use-providers.ts';

type BackendMenuProps = Pick<BackendRowProps, 'backend' | 'taken' | 'onMove'> & {
  onOpen: (what: 'keys' | 'script') => void;
};

export function BackendMenu({ backend, taken, onMove, onOpen }: BackendMenuProps) {
  const { t } = useTranslation('providers');
  const { name, enabled } = backend;
  const update = useUpdateBackend();
  const duplicate = useDuplicateBackend();
  const remove = useRemove(name);
  const [, navigate] = useLocation();
  return (
    <Menu
      trigger={
        <IconButton label={t('more', { name })}>
          <Ellipsis aria-hidden size={16} />
        </IconButton>
      }
    >
      <MenuItem icon={<KeyRound aria-hidden size={15} />} onSelect={() => onOpen('keys')}>
        {t('menu.keys')}
      </MenuItem>
      {backend.script === 'user' && (
        <MenuItem icon={<FileCode aria-hidden size={15} />} onSelect={() => onOpen('script')}>
          {t('menu.script')}
        </MenuItem>
      )}
      {backend.script !== null && (
        <MenuItem
          icon={<SquarePen aria-hidden size={15} />}
          onSelect={() => navigate(`/providers/studio/${backend.type}`)}
        >
          {backend.script === 'user' ? t('menu.edit') : t('menu.override')}
        </MenuItem>
      )}
      <MenuItem
        icon={<Power aria-hidden size={15} />}
        onSelect={() => update.mutate({ name, enabled: !enabled }, { onError: reportError })}
      >
        {enabled ? t('menu.disable') : t('menu.enable')}
      </MenuItem>
      <MenuItem
        icon={<Copy aria-hidden size={15} />}
        onSelect={() => duplicate.mutate({ name, copy: suggestName(name, taken) }, { onError: reportError })}
      >
        {t('menu.duplicate')}
      </MenuItem>
      {onMove && (
        <>
          <MenuItem icon={<ArrowUp aria-hidden size={15} />} onSelect={() => onMove(-1)}>
            {t('menu.up')}
          </MenuItem>
          <MenuItem icon={<ArrowDown aria-hidden size={15} />} onSelect={() => onMove(1)}>
            {t('menu.down')}
          </MenuItem>
        </>
      )}
      <MenuItem icon={<Trash2 aria-hidden size={15} />} danger onSelect={remove}>
        {t('menu.remove')}
      </MenuItem>
    </Menu>
  );
}

/** Removes at once, with a way back: nothing but a line of parley.yaml goes. */
function useRemove(name: string): () => void {
  const { t } = useTranslation('providers');
  const remove = useRemoveBackend();
  const restore = useRestoreBackend();
  const undo = () => void restore.mutateAsync({ name }).catch(reportError);
  const confirm = () =>
    toast(t('removed', { name }), { action: { label: t('undo'), onClick: undo }, duration: 10_000 });
  // Not by `mutate`'s own callbacks: the row that asks is gone by then.
  return () => void remove.mutateAsync({ name }).then(confirm, reportError);
}
