import { create } from 'zustand';

export type ScriptFile = { file_name: string; source: string };

type ScriptQueue = {
  /** Scripts that wait for their review; the first one is on screen. */
  files: ScriptFile[];
  addFiles: (files: readonly File[]) => Promise<void>;
  finishFirst: () => void;
};

/** Provider scripts that were dropped or picked, reviewed one after the other. */
export const useScriptQueue = create<ScriptQueue>(set => ({
  files: [],
  addFiles: async files => {
    const read = await Promise.all(
      files.map(async file => ({ file_name: file.name, source: await file.text() })),
    );
    if (read.length > 0) set(queue => ({ files: [...queue.files, ...read] }));
  },
  finishFirst: () => set(({ files }) => ({ files: files.slice(1) })),
}));
