import { useEffect, useState } from 'react';
import { toast } from 'sonner';

import { useScriptQueue } from '../providers/script-queue.ts';
import { useImageSink } from './image-sink.ts';
import { sortDropped } from './sort-dropped.ts';

/** Takes files dropped anywhere on the window. Returns whether files hover over it right now. */
export function useWindowDrop(): boolean {
  const [isOver, setOver] = useState(false);
  const sink = useImageSink(({ sink }) => sink);
  const addScripts = useScriptQueue(({ addFiles }) => addFiles);

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
      const files = [...(event.dataTransfer?.files ?? [])];
      if (files.length === 0) return;
      event.preventDefault();
      const { scripts, images, refusals } = sortDropped(files, sink !== null);
      for (const refusal of refusals) toast.error(refusal);
      if (images.length > 0) sink?.(images);
      void addScripts(scripts);
    });
    return () => controller.abort();
  }, [sink, addScripts]);

  return isOver;
}
