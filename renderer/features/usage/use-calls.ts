import { useInfiniteQuery } from '@tanstack/react-query';

import { useApi } from '../../api.ts';

const pageSize = 100;

/** The ledger page by page, newest first. */
export function useCalls() {
  const api = useApi();
  return useInfiniteQuery({
    queryKey: ['calls'],
    initialPageParam: undefined as string | undefined, // the first page has nothing before it
    queryFn: ({ pageParam }) =>
      api.call('calls.list', { limit: pageSize, ...(pageParam === undefined ? {} : { before: pageParam }) }),
    getNextPageParam: page => (page.more ? page.calls.at(-1)?.id : undefined),
  });
}
