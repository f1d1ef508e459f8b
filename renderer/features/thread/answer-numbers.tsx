import { Popover } from '@base-ui/react/popover';
import { useTranslation } from 'react-i18next';

import type { ChatMessage } from '../../../electron/contract/chats.ts';
import type { AnswerNumbers as Numbers } from '../../../electron/contract/threads.ts';
import { formatCost, formatCount, formatDuration } from '../../ui/format.ts';
import { answeringModel, tokensPerSecond } from './number-facts.ts';
import { useAnswerNumbers } from './use-numbers.ts';

/** What an answer took, on one quiet line; the rest of what the ledger knows opens from it. */
export function AnswerNumbers({ message }: { message: ChatMessage }) {
  const { t } = useTranslation('thread');
  const numbers = useAnswerNumbers(message);
  if (!numbers) return null;
  const speed = tokensPerSecond(numbers);
  const parts = [
    numbers.duration_ms !== null && formatDuration(numbers.duration_ms),
    speed !== null && t('numbers.tokens_per_second', { count: rounded(speed) }),
    numbers.output_tokens !== null && t('numbers.tokens', { count: numbers.output_tokens }),
    numbers.cost_usd !== null && formatCost(numbers.cost_usd),
  ].filter(part => part !== false);
  if (parts.length === 0) return null;
  const shown = parts.join(' · ');
  return (
    <Popover.Root>
      <Popover.Trigger
        // What is seen is part of the name: whoever speaks to the computer says what is seen.
        aria-label={`${t('numbers.label')}: ${shown}`}
        className="min-h-8 rounded-base px-2 text-small text-faint tabular-nums hover:bg-hover hover:text-ink data-popup-open:bg-hover"
      >
        {/* Numbers and signs of units in a line that runs from right to left would change places. */}
        <bdi>{shown}</bdi>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner sideOffset={4} align="end" className="z-10 outline-none">
          <Popover.Popup
            aria-label={t('numbers.label')}
            className="max-w-(--available-width) rounded-xl border border-line bg-raised px-4 py-3 text-small shadow-float outline-none"
          >
            <Facts numbers={numbers} />
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

function Facts({ numbers }: { numbers: Numbers }) {
  const { t } = useTranslation('thread');
  const speed = tokensPerSecond(numbers);
  const unknown = t('numbers.unknown');
  const count = (value: number | null) => (value === null ? unknown : formatCount(value));
  const duration = (value: number | null) => (value === null ? unknown : formatDuration(value));
  const facts: [string, string][] = [
    [t('numbers.model'), answeringModel(numbers)],
    [t('numbers.first_token'), duration(numbers.first_token_ms)],
    [t('numbers.duration'), duration(numbers.duration_ms)],
    [
      t('numbers.speed'),
      speed === null ? unknown : t('numbers.tokens_per_second', { count: rounded(speed) }),
    ],
    [t('numbers.input'), count(numbers.input_tokens)],
    [t('numbers.cached'), count(numbers.cache_read_tokens)],
    ...(numbers.cache_write_tokens === null
      ? []
      : [[t('numbers.cache_write'), count(numbers.cache_write_tokens)] satisfies [string, string]]),
    [t('numbers.output'), count(numbers.output_tokens)],
    ...(numbers.reasoning_tokens === null
      ? []
      : [[t('numbers.reasoning'), count(numbers.reasoning_tokens)] satisfies [string, string]]),
    [t('numbers.cost'), numbers.cost_usd === null ? unknown : formatCost(numbers.cost_usd)],
    [t('numbers.attempts'), count(numbers.attempts)],
  ];
  return (
    <>
      <dl className="grid grid-cols-[auto_auto] gap-x-6 gap-y-1 tabular-nums">
        {facts.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-faint">{name}</dt>
            <dd className="text-end wrap-anywhere" dir="auto">
              {value}
            </dd>
          </div>
        ))}
      </dl>
      {numbers.tokens_origin === 'estimated' && <p className="mt-2 text-faint">{t('numbers.estimated')}</p>}
    </>
  );
}

function rounded(speed: number): number {
  return speed < 10 ? Math.round(speed * 10) / 10 : Math.round(speed);
}
