import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';

import { useScriptQueue } from '../providers/script-queue.ts';
import { useImageSink } from './image-sink.ts';
import { sortDropped } from './sort-dropped.ts';
import { openDropped, takePackages } from './take-packages.ts';

/** Takes files dropped anywhere on the window. Returns whether files hover over it right now. */
export function useWindowDrop(): boolean {
  const { t } = useTranslation('shell');
  const [isOver, setOver] = useState(false);
  const sink = useImageSink(({ sink }) => sink);
  const { add, addFiles: addScripts } = useScriptQueue();

  useEffect(() => {
    const controller = new AbortController();
    const listen = (
      name: 'dragenter' | 'dragover' | 'dragleave' | 'drop',
      listener: (event: DragEvent) => void,
    ) => window.addEventListener(name, listener, { signal: controller.signal });

    const onDrag = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      setOver(true);
    };
    listen('dragenter', onDrag);
    listen('dragover', onDrag);
    listen('dragleave', event => {
      // Only leaving the window has no element that is entered instead.
      if (event.relatedTarget === null) setOver(false);
    });
    listen('drop', event => {
      setOver(false);
      const dropped = openDropped(event.dataTransfer);
      if (dropped.files.length + dropped.folders.length === 0) return;
      event.preventDefault();
      void takePackages(dropped, sink !== null).then(({ files, scripts, refusals }) => {
        takeFiles(files);
        for (const refusal of refusals) toast.error(refusal);
        add(scripts);
      });
    });
    const takeFiles = (files: File[]) => {
      const { scripts, attachable, refusals } = sortDropped(files, sink !== null);
      for (const { reason, name } of refusals) toast.error(t(`refused.${reason}`, { name }));
      if (attachable.length > 0) sink?.(attachable);
      void addScripts(scripts);
    };
    return () => controller.abort();
  }, [sink, add, addScripts, t]);

  return isOver;
}
