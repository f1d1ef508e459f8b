import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';

import type { ApiInput } from '../../../electron/contract/api.ts';
import { useApi } from '../../api.ts';
import { saveFile } from '../../ui/save-file.ts';
import { readExport } from '../transfer/use-export.ts';
import { sendFile } from '../transfer/use-import.ts';

/** Everything as a file the browser or the app saves. */
export function useExportAll() {
  const api = useApi();
  return useMutation({
    async mutationFn(wish: ApiInput<'backups.export'>) {
      const { file_name, blob } = await readExport(api, await api.call('backups.export', wish));
      saveFile(blob, file_name);
      return file_name;
    },
  });
}

/** Scripts that hold a key themselves, which an export without a passphrase leaves out. */
export function useScriptsWithKeys(): string[] {
  const api = useApi();
  const queryFn = () => api.call('backups.keys_in_scripts', {});
  return useQuery({ queryKey: ['script-keys'], queryFn, staleTime: 0 }).data?.scripts ?? [];
}

/** Such a file on its way in: sent, looked at, and taken. Closing gives it up. */
export function useEverything(file: File) {
  const api = useApi();
  const client = useQueryClient();
  const [key] = useState(() => crypto.randomUUID());
  const sent = useQuery({
    queryKey: ['everything', key],
    queryFn: async () => {
      const id = await sendFile(api, file, { onId: () => {}, onProgress: () => {}, isOver: () => false });
      return { id, found: await api.call('backups.look', { id }) };
    },
    retry: false,
    staleTime: Infinity,
    gcTime: 0,
  });
  const id = sent.data?.id;
  useEffect(
    // Nobody waits for it.
    () => () => void (id !== undefined && api.call('imports.cancel', { id }).catch(() => undefined)),
    [api, id],
  );
  const take = useMutation({
    mutationFn: (wish: Omit<ApiInput<'backups.take'>, 'id'>) =>
      api.call('backups.take', { id: id ?? '', ...wish }),
    onSettled: () => client.invalidateQueries({ queryKey: ['backups'] }),
  });
  return { sent, take };
}
