import {
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import type { Query, QueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';

import type { LedgerFilter, LedgerQuery, SortColumn } from '../../../electron/contract/usage-calls.ts';
import { useApi } from '../../api.ts';
import type { Api } from '../../api.ts';
import type { Period } from './period.ts';

const pageSize = 200;
/** A busy gateway ends many calls a second; numbers need not jump as often. */
const freshEveryMs = 1500;

// What changed while no page listened is asked for when it is opened.
const onEveryVisit = { refetchOnMount: 'always', gcTime: 0 } as const;

export function useOverview(period: Period) {
  const api = useApi();
  return useQuery({
    queryKey: ['usage', 'overview', period],
    queryFn: () => api.call('usage.overview', period),
    placeholderData: keepPreviousData,
    // Calls of an older version are still being counted.
    refetchInterval: query => (query.state.data?.is_complete === false ? 1000 : false),
    ...onEveryVisit,
  });
}

export function useDays(period: Period) {
  const api = useApi();
  return useQuery({
    queryKey: ['usage', 'days', period],
    queryFn: () => api.call('usage.days', period),
    placeholderData: keepPreviousData,
    ...onEveryVisit,
  });
}

type Position = NonNullable<LedgerQuery['after']>;

/** The column rows are sorted by, null for time; `newest` is descending. */
export type LedgerSort = { sort: SortColumn | null; order: LedgerQuery['order'] };

/** The ledger page by page, from where the page before ended. */
export function useLedger(filter: LedgerFilter, { sort, order }: LedgerSort) {
  const api = useApi();
  return useInfiniteQuery({
    queryKey: ['usage', 'ledger', filter, sort, order],
    initialPageParam: undefined as Position | undefined, // the first page starts at the beginning
    queryFn: ({ pageParam }) =>
      api.call('ledger.list', {
        filter,
        order,
        ...(sort === null ? {} : { sort }),
        limit: pageSize,
        ...(pageParam === undefined ? {} : { after: pageParam }),
      }),
    getNextPageParam: page => page.next ?? undefined,
    placeholderData: keepPreviousData,
    ...onEveryVisit,
  });
}

export function useLedgerSum(filter: LedgerFilter) {
  const api = useApi();
  return useQuery({
    queryKey: ['usage', 'sum', filter],
    queryFn: () => api.call('ledger.sum', { filter }),
    placeholderData: keepPreviousData,
    ...onEveryVisit,
  });
}

export function useLedgerNames() {
  const api = useApi();
  return useQuery({
    queryKey: ['usage', 'names'],
    queryFn: () => api.call('ledger.names', {}),
    ...onEveryVisit,
  });
}

export function useLedgerEntry(id: string) {
  const api = useApi();
  return useQuery({
    queryKey: ['usage', 'entry', id],
    queryFn: () => api.call('ledger.get', { id }),
    ...onEveryVisit,
  });
}

/** Days rows are kept, and deleting all of them. */
export function useRetention() {
  const api = useApi();
  const client = useQueryClient();
  const kept = useQuery({
    queryKey: ['usage', 'retention'],
    queryFn: () => api.call('ledger.retention', {}),
  });
  const refetch = () => void client.invalidateQueries({ queryKey: ['usage'] });
  const keep = useMutation({
    mutationFn: (days: number | null) => api.call('ledger.set_retention', { keep_days: days }),
    onSettled: refetch,
  });
  const deleteAll = useMutation({
    mutationFn: () => api.call('ledger.delete_all', {}),
    onSettled: refetch,
  });
  return { days: kept.data?.keep_days ?? null, keep, deleteAll };
}

/** Keeps what the page shows in step with the calls that end. Rows stay where they are while somebody reads further down. */
export function useFreshUsage(): void {
  const api = useApi();
  const client = useQueryClient();
  useEffect(() => refreshOnCalls(api, client), [api, client]);
}

function refreshOnCalls(api: Api, client: QueryClient): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const refresh = (): void => {
    timer = undefined;
    void client.invalidateQueries({ queryKey: ['usage'], predicate: mayJump });
  };
  const stop = api.on('calls.changed', () => {
    timer ??= setTimeout(refresh, freshEveryMs);
  });
  return () => {
    stop();
    clearTimeout(timer);
  };
}

/** Not a list that somebody reads further down in. */
function mayJump({ queryKey, state }: Query): boolean {
  return queryKey[1] !== 'ledger' || pagesOf(state.data) <= 1;
}

function pagesOf(data: unknown): number {
  const isPaged = typeof data === 'object' && data !== null && 'pages' in data && Array.isArray(data.pages);
  return isPaged ? (data.pages as unknown[]).length : 0; // just found to be an array
}
