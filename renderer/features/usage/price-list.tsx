import { Calculator } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { ListedPrice } from '../../../electron/contract/prices.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { EmptyNote, ErrorNote, LoadingNote } from '../../ui/state-note.tsx';
import { PriceDialog } from './price-dialog.tsx';
import { formatPrice } from './price-form.ts';
import { RecomputeDialog } from './recompute-dialog.tsx';
import { usePrices } from './use-prices.ts';

/** More than somebody looks through: the search finds the others. */
const mostShown = 200;
const heads = ['input', 'output', 'cache_read', 'cache_write'] as const;

/** What models cost, where that is from, and the way to correct it. */
export function PriceList() {
  const { t } = useTranslation('usage');
  const prices = usePrices();
  const [search, setSearch] = useState('');
  const [edited, setEdited] = useState<ListedPrice | null>(null);
  const [isRecomputing, setRecomputing] = useState(false);
  const found = findPrices(prices.data ?? [], search);
  return (
    <>
      <div className="mb-4 flex flex-wrap items-end justify-between gap-3">
        <div className="w-64 max-w-full">
          <TextField
            type="search"
            label={t('prices.search')}
            value={search}
            onChange={event => setSearch(event.target.value)}
          />
        </div>
        <Button onClick={() => setRecomputing(true)}>
          <Calculator aria-hidden size={16} />
          {t('prices.recompute')}
        </Button>
      </div>
      <ErrorNote error={prices.error} />
      {prices.isPending && <LoadingNote label={t('loading')} />}
      {prices.data && found.length === 0 && (
        <EmptyNote title={t('prices.none')}>{t('prices.none_hint')}</EmptyNote>
      )}
      {found.length > 0 && <PriceTable prices={found.slice(0, mostShown)} onEdit={setEdited} />}
      {found.length > mostShown && (
        <p className="mt-2 text-small text-faint">{t('prices.more', { count: found.length - mostShown })}</p>
      )}
      {edited && <PriceDialog price={edited} onClose={() => setEdited(null)} />}
      {isRecomputing && <RecomputeDialog onClose={() => setRecomputing(false)} />}
    </>
  );
}

function PriceTable({ prices, onEdit }: { prices: ListedPrice[]; onEdit: (price: ListedPrice) => void }) {
  const { t } = useTranslation('usage');
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a wide table scrolls with the keyboard
    <div className="overflow-x-auto" role="region" aria-label={t('tab.prices')} tabIndex={0}>
      <table className="w-full border-collapse text-small tabular-nums">
        <thead>
          <tr className="border-b border-line-strong text-faint">
            <th scope="col" className="px-2 py-1.5 text-start font-medium">
              {t('column.model')}
            </th>
            {heads.map(head => (
              <th key={head} scope="col" className="px-2 py-1.5 text-end font-medium">
                {t(`prices.${head}`)}
              </th>
            ))}
            <th scope="col" className="px-2 py-1.5 text-start font-medium">
              {t('prices.source')}
            </th>
            <th scope="col">
              <span className="sr-only">{t('prices.correct')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {prices.map(price => (
            <PriceRow key={price.model} price={price} onEdit={() => onEdit(price)} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function PriceRow({ price, onEdit }: { price: ListedPrice; onEdit: () => void }) {
  const { t } = useTranslation('usage');
  const { model, source, is_tiered: isTiered } = price;
  return (
    <tr className="border-b border-line">
      <th scope="row" className="px-2 py-1.5 text-start font-normal wrap-anywhere">
        {model}
      </th>
      {heads.map(head => (
        <td key={head} className="px-2 py-1.5 text-end whitespace-nowrap">
          {formatPrice(price[`${head}_cost`])}
        </td>
      ))}
      <td
        title={isTiered ? t('prices.tiered') : undefined}
        className={`px-2 py-1.5 whitespace-nowrap ${source === 'corrected' ? 'text-accent' : 'text-soft'}`}
      >
        {t(`prices.sources.${source}`)}
        {isTiered && ' *'}
      </td>
      <td className="text-end">
        {source !== 'demo' && (
          <Button variant="quiet" aria-label={t('prices.correct_of', { name: model })} onClick={onEdit}>
            {t('prices.correct')}
          </Button>
        )}
      </td>
    </tr>
  );
}

/** Corrected ones first, as they are what somebody may want to change again. */
function findPrices(prices: readonly ListedPrice[], search: string): ListedPrice[] {
  const wanted = search.trim().toLowerCase();
  const rank = ({ source }: ListedPrice): number => (source === 'corrected' ? 0 : 1);
  return prices
    .filter(({ model }) => model.toLowerCase().includes(wanted))
    .toSorted((a, b) => rank(a) - rank(b) || (a.model < b.model ? -1 : 1));
}
