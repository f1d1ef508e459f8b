import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';

import { useApi } from '../../api.ts';

/** Messages of all chats that hold the query. */
export function useMessageSearch(query: string) {
  const api = useApi();
  const asked = useSettled(query.trim(), 120);
  return useQuery({
    queryKey: ['message-search', asked],
    queryFn: () => api.call('messages.search', { query: asked, limit: 20 }),
    enabled: asked !== '',
    placeholderData: keepPreviousData,
    // Messages come and go meanwhile; a search is cheap.
    staleTime: 0,
    gcTime: 30_000,
  });
}

/** The value, once it has stayed the same for this many milliseconds. */
export function useSettled<T>(value: T, ms: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return settled;
}
