import { useTranslation } from 'react-i18next';

import { formatCost, formatCount } from '../../ui/format.ts';
import { useChatTotal } from './use-numbers.ts';
import { useChatDetail } from './use-thread.ts';

/** What the chat has cost so far. A sum that misses calls says "at least"; nothing known is not $0. */
export function ChatTotal({ chatId }: { chatId: string }) {
  const { t } = useTranslation('thread');
  const ended = useChatDetail(
    chatId,
    ({ messages }) =>
      messages.filter(({ role, status }) => role === 'assistant' && status !== 'streaming').length,
  );
  const total = useChatTotal(chatId, ended ?? 0);
  if (!total || total.calls === 0) return null;
  const { cost_usd: cost, unknown_cost_calls: unpriced, unknown_tokens_calls: uncounted } = total;
  const hasTokens = total.input_tokens !== null || total.output_tokens !== null;
  const tokens = formatCount((total.input_tokens ?? 0) + (total.output_tokens ?? 0));
  return (
    <p className="text-small text-faint tabular-nums" dir="auto">
      <span className="sr-only">{t('total.label')}: </span>
      {cost === null
        ? t('total.cost_unknown')
        : t(unpriced > 0 ? 'total.at_least' : 'total.cost', { cost: formatCost(cost) })}
      {hasTokens && ` · ${t(uncounted > 0 ? 'total.tokens_at_least' : 'total.tokens', { tokens })}`}
    </p>
  );
}
