import { FileBraces, FileText } from 'lucide-react';
import { useTranslation } from 'react-i18next';

import { MenuItem } from '../../ui/menu.tsx';
import { CopyMenuItems } from './copy-menu-items.tsx';
import { fetchExport, useExport } from './use-export.ts';
import { useApi } from '../../api.ts';

/** What a chat's menu offers for taking it elsewhere. */
export function ExportMenuItems({ chatId }: { chatId: string }) {
  const { t } = useTranslation('transfer');
  const api = useApi();
  const exportChats = useExport();
  const ids = [chatId];
  const markdown = async () => (await fetchExport(api, { ids, format: 'markdown' })).blob.text();
  return (
    <>
      <CopyMenuItems markdown={markdown} />
      <MenuItem
        icon={<FileText aria-hidden size={14} />}
        onSelect={() => void exportChats({ ids, format: 'markdown' })}
      >
        {t('export.one_markdown')}
      </MenuItem>
      <MenuItem
        icon={<FileBraces aria-hidden size={14} />}
        onSelect={() => void exportChats({ ids, format: 'json' })}
      >
        {t('export.one_json')}
      </MenuItem>
    </>
  );
}
