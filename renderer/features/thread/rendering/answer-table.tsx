import { Copy } from 'lucide-react';
import { useContext } from 'react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ExtraProps } from 'react-markdown';
import { toast } from 'sonner';

import { IconButton } from '../../../ui/button.tsx';
import { Menu, MenuItem } from '../../../ui/menu.tsx';
import { BlockContext } from './block-context.ts';
import { tableRows, toCsv } from './table-text.ts';

type AnswerTableProps = { node: ExtraProps['node']; children: ReactNode };

/** A table that scrolls in its own box where it is too wide, and can be taken along. */
export function AnswerTable({ node, children }: AnswerTableProps) {
  const { t } = useTranslation('rendering');
  const { source } = useContext(BlockContext);
  const copy = (text: string) => {
    navigator.clipboard.writeText(text).then(
      () => toast(t('table.copied')),
      () => toast.error(t('table.not_copied')),
    );
  };
  const markdown = () => source.slice(node?.position?.start.offset ?? 0, node?.position?.end.offset);
  return (
    <div className="table-frame">
      {/* A wide table scrolls by itself, so it needs the keyboard's focus. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className="table-scroll" role="region" aria-label={t('table.label')} tabIndex={0}>
        <table>{children}</table>
      </div>
      <div className="table-tools">
        <Menu
          trigger={
            <IconButton label={t('table.copy')}>
              <Copy aria-hidden size={15} />
            </IconButton>
          }
        >
          <MenuItem onSelect={() => copy(node ? toCsv(tableRows(node)) : '')}>{t('table.csv')}</MenuItem>
          <MenuItem onSelect={() => copy(markdown())}>{t('table.markdown')}</MenuItem>
        </Menu>
      </div>
    </div>
  );
}
