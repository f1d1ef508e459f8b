import type { ListedPrice, ModelPrice } from '../../../electron/contract/prices.ts';

export const priceFields = ['input_cost', 'output_cost', 'cache_read_cost', 'cache_write_cost'] as const;
export type PriceField = (typeof priceFields)[number];
/** A price as it stands in the fields, US dollars per million tokens. */
export type PriceForm = Record<PriceField, string>;

export function toPriceForm(price: ListedPrice): PriceForm {
  const text = (value: number | null): string => (value === null ? '' : String(value));
  return {
    input_cost: text(price.input_cost),
    output_cost: text(price.output_cost),
    cache_read_cost: text(price.cache_read_cost),
    cache_write_cost: text(price.cache_write_cost),
  };
}

/** The price, or the fields that are no amounts; those of cached tokens may be empty. */
export function fromPriceForm(form: PriceForm): { price: ModelPrice | null; bad: PriceField[] } {
  const read = (field: PriceField): number | null => {
    const text = form[field].trim().replace(',', '.');
    return /^\d+(?:\.\d+)?$/.test(text) && Number(text) <= 1e6 ? Number(text) : null;
  };
  const isOptional = (field: PriceField): boolean => field.startsWith('cache') && form[field].trim() === '';
  const bad = priceFields.filter(field => read(field) === null && !isOptional(field));
  if (bad.length > 0) return { price: null, bad };
  const cached = (field: 'cache_read_cost' | 'cache_write_cost') => {
    const value = read(field);
    return value === null ? {} : { [field]: value };
  };
  const price = {
    input_cost: read('input_cost') ?? 0,
    output_cost: read('output_cost') ?? 0,
    ...cached('cache_read_cost'),
    ...cached('cache_write_cost'),
  };
  return { price, bad };
}

/** As it was written, with no zero added or lost. */
export function formatPrice(cost: number | null): string {
  return cost === null ? '—' : `$${String(Number(cost.toPrecision(6)))}`;
}
