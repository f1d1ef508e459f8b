import { Ellipsis, GitBranch, Pencil, RefreshCcwDot, RotateCcw, Trash2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';

import { IconButton } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Menu, MenuItem } from '../../ui/menu.tsx';
import { CopyMenuItems } from '../transfer/copy-menu-items.tsx';

type MessageActionsProps = {
  kind: 'question' | 'answer';
  text: string;
  id: string;
  siblings: string[];
  onEdit: () => void;
  onBranch: () => void;
  onRemove: (ids: string[]) => void;
  /** Answers only. */
  onRegenerate?: (() => void) | undefined;
  onRegenerateWith?: (() => void) | undefined;
};

/** The row of things to do with a message; the less frequent ones in a menu. */
export function MessageActions(props: MessageActionsProps) {
  const { kind, text, id, siblings, onEdit, onBranch, onRemove, onRegenerate, onRegenerateWith } = props;
  const { t } = useTranslation('thread');
  const hasVersions = siblings.length > 1;
  return (
    <>
      {text !== '' && (
        <CopyButton text={text} label={t(kind === 'answer' ? 'actions.copy' : 'actions.copy_message')} />
      )}
      {onRegenerate && (
        <IconButton label={t('actions.regenerate')} onClick={onRegenerate}>
          <RotateCcw aria-hidden size={16} />
        </IconButton>
      )}
      <IconButton
        label={t(kind === 'answer' ? 'actions.edit_answer' : 'actions.edit_message')}
        onClick={onEdit}
      >
        <Pencil aria-hidden size={15} />
      </IconButton>
      <Menu
        trigger={
          <IconButton label={t('actions.more')}>
            <Ellipsis aria-hidden size={16} />
          </IconButton>
        }
      >
        {onRegenerateWith && (
          <MenuItem icon={<RefreshCcwDot aria-hidden size={14} />} onSelect={onRegenerateWith}>
            {t('actions.regenerate_with')}
          </MenuItem>
        )}
        {text !== '' && <CopyMenuItems markdown={() => text} />}
        <MenuItem icon={<GitBranch aria-hidden size={14} />} onSelect={onBranch}>
          {t('actions.branch')}
        </MenuItem>
        <MenuItem icon={<Trash2 aria-hidden size={14} />} danger onSelect={() => onRemove([id])}>
          {t(hasVersions ? 'actions.delete_version' : 'actions.delete')}
        </MenuItem>
        {hasVersions && (
          <MenuItem icon={<Trash2 aria-hidden size={14} />} danger onSelect={() => onRemove(siblings)}>
            {t('actions.delete_all')}
          </MenuItem>
        )}
      </Menu>
    </>
  );
}
