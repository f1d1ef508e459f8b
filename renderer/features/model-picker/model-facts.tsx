import { Brain, FileType, Image, Wrench } from 'lucide-react';
import { useTranslation } from 'react-i18next';

import type { Model } from '../../../electron/contract/models.ts';

type Ability = 'vision' | 'pdf' | 'reasoning' | 'tools';

const icons = { vision: Image, pdf: FileType, reasoning: Brain, tools: Wrench };

/** What a model is known to be able to do. */
export function abilitiesOf(model: Model): Ability[] {
  const kinds = model.input_modalities ?? [];
  return [
    ...(kinds.includes('image') ? (['vision'] as const) : []),
    ...(kinds.includes('pdf') ? (['pdf'] as const) : []),
    ...(model.reasoning ? (['reasoning'] as const) : []),
    ...(model.tools ? (['tools'] as const) : []),
  ];
}

export function AbilityMarks({ model }: { model: Model }) {
  const { t } = useTranslation('models');
  return abilitiesOf(model).map(ability => {
    const Icon = icons[ability];
    const name = t(`abilities.${ability}`);
    return (
      <span key={ability} role="img" aria-label={name} title={name}>
        <Icon aria-hidden size={13} strokeWidth={1.75} />
      </span>
    );
  });
}

/** Context and price in as few signs as possible; the words are in the title. */
export function ContextAndPrice({ model }: { model: Model }) {
  const { t, i18n } = useTranslation('models');
  const { context_size: size, input_cost: input, output_cost: output } = model;
  const compact = new Intl.NumberFormat(i18n.language, { notation: 'compact', maximumFractionDigits: 1 });
  const price = new Intl.NumberFormat(i18n.language, { maximumFractionDigits: 3 });
  const prices = { input: price.format(input ?? 0), output: price.format(output ?? 0) };
  const sizeText = size === undefined ? '' : compact.format(size);
  const hasPrice = input !== undefined && output !== undefined;
  return (
    <>
      {size !== undefined && (
        <span title={t('context', { size: sizeText })} className="w-12 text-end">
          {sizeText}
          <span className="sr-only">, {t('context', { size: sizeText })}</span>
        </span>
      )}
      {hasPrice && (
        <span title={t('price', prices)} className="hidden w-24 text-end sm:inline">
          ${prices.input} / ${prices.output}
          <span className="sr-only">, {t('price', prices)}</span>
        </span>
      )}
    </>
  );
}
