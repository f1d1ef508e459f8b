import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';

import { uploadPartBytes } from '../../../electron/contract/transfer-calls.ts';
import type { ImportPreview, ImportResult } from '../../../electron/contract/transfer.ts';
import { useApi } from '../../api.ts';
import type { Api } from '../../api.ts';
import { errorLine, toCoreError } from '../../ui/error-words.ts';
import { toBase64 } from './base64.ts';

export type ImportStep =
  | { type: 'sending' | 'looking' | 'adding'; done: number }
  | { type: 'preview'; preview: ImportPreview }
  | { type: 'done'; result: ImportResult }
  | { type: 'failed'; reason: string };

/** One file on its way in: sent, looked at, and, once chats are chosen, added. Closing gives it up. */
export function useImport(file: File) {
  const api = useApi();
  const client = useQueryClient();
  const [step, setStep] = useState<ImportStep>({ type: 'sending', done: 0 });
  const idRef = useRef<string | null>(null);

  useEffect(() => {
    let isOver = false;
    const tell = (next: ImportStep) => !isOver && setStep(next);
    const run = async () => {
      const id = await sendFile(api, file, {
        onId: made => (idRef.current = made),
        onProgress: done => tell({ type: 'sending', done }),
        isOver: () => isOver,
      });
      if (isOver) return;
      tell({ type: 'looking', done: 0 });
      tell({ type: 'preview', preview: await api.call('imports.preview', { id }) });
    };
    run().catch((error: unknown) => tell({ type: 'failed', reason: errorLine(toCoreError(error)) }));
    return () => {
      isOver = true;
      const id = idRef.current;
      // Nobody waits for it: a file that was imported is gone already.
      if (id !== null) void api.call('imports.cancel', { id }).catch(() => undefined);
    };
  }, [api, file]);

  useEffect(
    () =>
      api.on('imports.progress', ({ id, done }) => {
        if (id !== idRef.current) return;
        setStep(step => (step.type === 'looking' || step.type === 'adding' ? { ...step, done } : step));
      }),
    [api],
  );

  const apply = async (chatIds: string[]) => {
    const id = idRef.current;
    if (id === null) return;
    setStep({ type: 'adding', done: 0 });
    try {
      const result = await api.call('imports.apply', { id, chat_ids: chatIds });
      idRef.current = null;
      setStep({ type: 'done', result });
    } catch (error) {
      setStep({ type: 'failed', reason: errorLine(toCoreError(error)) });
    }
    await client.invalidateQueries({ queryKey: ['chats'] });
  };
  return { step, apply };
}

type SendOptions = {
  onId: (id: string) => void;
  onProgress: (done: number) => void;
  isOver: () => boolean;
};

/** Part by part, so that a file of any size fits through either front door. */
export async function sendFile(
  api: Api,
  file: File,
  { onId, onProgress, isOver }: SendOptions,
): Promise<string> {
  const { id } = await api.call('imports.start', { file_name: file.name, size: file.size });
  onId(id);
  for (let at = 0; at < file.size && !isOver(); at += uploadPartBytes) {
    const data = await toBase64(file.slice(at, at + uploadPartBytes));
    const { received } = await api.call('imports.add_part', { id, data });
    onProgress(received / file.size);
  }
  // Given up while it was being made.
  if (isOver()) await api.call('imports.cancel', { id });
  return id;
}
