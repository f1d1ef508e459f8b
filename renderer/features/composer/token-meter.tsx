import { useDeferredValue, useMemo } from 'react';
import { useTranslation } from 'react-i18next';

import type { Model } from '../../../electron/contract/models.ts';
import { classNames } from '../../ui/class-names.ts';
import type { ThreadItem } from '../thread/message-tree.ts';
import type { AttachedFile } from './attach-files.ts';
import { estimateBranch, estimateFile, estimateText } from './estimate-tokens.ts';

/** Share of the context from which on it is worth a warning. */
const nearlyFull = 0.8;

type TokenMeterProps = {
  text: string;
  files: AttachedFile[];
  branch: ThreadItem[];
  model: Model | undefined;
};

/** About how much of the model's context the next message takes, the chat so far included. */
export function TokenMeter({ text, files, branch, model }: TokenMeterProps) {
  const { t, i18n } = useTranslation('composer');
  const readsPdf = model?.input_modalities?.includes('pdf') ?? false;
  const settledText = useDeferredValue(text);
  const sent = useMemo(
    () =>
      estimateBranch(
        branch.map(({ message }) => message),
        readsPdf,
      ),
    [branch, readsPdf],
  );
  const attached = useMemo(
    () => files.reduce((sum, { block }) => sum + estimateFile(block, readsPdf), 0),
    [files, readsPdf],
  );
  const tokens = sent + attached + estimateText(settledText);
  if (tokens === 0) return null;
  const share = model?.context_size === undefined ? 0 : tokens / model.context_size;
  const format = new Intl.NumberFormat(i18n.language, { notation: 'compact', maximumFractionDigits: 1 });
  const values = { tokens: format.format(tokens), size: format.format(model?.context_size ?? 0) };
  return (
    <span
      title={t('meter.hint')}
      data-token-meter
      className={classNames('shrink-0 tabular-nums', share >= nearlyFull ? 'text-warning' : 'text-faint')}
    >
      {model?.context_size === undefined ? t('meter.tokens', values) : t('meter.of_context', values)}
      {share >= 1 && ` · ${t('meter.over')}`}
      {share >= nearlyFull && share < 1 && ` · ${t('meter.nearly')}`}
    </span>
  );
}
