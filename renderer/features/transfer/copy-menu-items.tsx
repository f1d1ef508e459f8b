import { Copy, Type } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';

import { MenuItem } from '../../ui/menu.tsx';
import { toPlainText } from './to-plain-text.ts';

/** Copies a message or a chat, as it was written or without the marks. */
export function CopyMenuItems({ markdown }: { markdown: () => string | Promise<string> }) {
  const { t } = useTranslation('transfer');
  const copy = async (change: (text: string) => string) => {
    try {
      const text = Promise.resolve(markdown()).then(change);
      await navigator.clipboard.writeText(await text);
      toast(t('copy.done'));
    } catch {
      toast.error(t('copy.failed'));
    }
  };
  return (
    <>
      <MenuItem icon={<Copy aria-hidden size={14} />} onSelect={() => void copy(text => text)}>
        {t('copy.markdown')}
      </MenuItem>
      <MenuItem icon={<Type aria-hidden size={14} />} onSelect={() => void copy(toPlainText)}>
        {t('copy.plain')}
      </MenuItem>
    </>
  );
}
