import { useMutation } from '@tanstack/react-query';

import { useApi } from '../../../api.ts';

/** Images that were asked for, by address: one that was loaded once shows at once wherever it stands. */
const loaded = new Map<string, string>();
const loadedLimit = 30;

/** Loads a remote image through the core, when the reader asks for it: its host sees no cookie and no page. */
export function useRemoteImage(url: string) {
  const api = useApi();
  const { mutate, data, error, isPending } = useMutation({
    mutationFn: async () => {
      const { media_type, data } = await api.call('images.fetch', { url });
      const source = `data:${media_type};base64,${data}`;
      loaded.set(url, source);
      const [oldest] = loaded.keys();
      if (loaded.size > loadedLimit && oldest !== undefined) loaded.delete(oldest);
      return source;
    },
  });
  return { source: data ?? loaded.get(url), error, isPending, load: () => mutate() };
}
