import { useTranslation } from 'react-i18next';

import { chatIndexOf } from './commands.ts';
import type { CommandId } from './commands.ts';

/** What commands are called, in the reader's language. */
export function useCommandNames(): (id: CommandId) => string {
  const { t } = useTranslation('keys');
  return id => {
    const index = chatIndexOf(id);
    if (index >= 0) return t('openChat', { number: index + 1 });
    return t(`commands.${id as Exclude<CommandId, `chat-${number}`>}`); // not one of the numbered, as just checked
  };
}
