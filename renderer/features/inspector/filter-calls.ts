import type { InspectedCall } from '../../../electron/contract/inspector.ts';

/** What the list is narrowed to; an empty text narrows nothing. */
export type CallFilter = { client: string; backend: string; status: string };

export const noFilter: CallFilter = { client: '', backend: '', status: '' };

export function filterCalls(calls: readonly InspectedCall[], filter: CallFilter): InspectedCall[] {
  return calls.filter(
    ({ client, backend, status }) =>
      (filter.client === '' || filter.client === client) &&
      (filter.backend === '' || filter.backend === backend) &&
      (filter.status === '' || filter.status === status),
  );
}

/** What there is to choose from, in order; what is chosen stays there when its last call has gone. */
export function choicesOf(
  calls: readonly InspectedCall[],
  field: 'client' | 'backend' | 'status',
  chosen: string,
): string[] {
  const found = new Set(calls.map(call => call[field]).filter(value => value !== ''));
  return [...new Set([...found, ...(chosen === '' ? [] : [chosen])])].sort((one, other) =>
    one.localeCompare(other),
  );
}
