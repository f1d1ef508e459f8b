import { create } from 'zustand';

export type ScriptFile = {
  file_name: string;
  source: string;
  /** JSON files that came along, by their path from the script. */
  files: Record<string, string>;
};

type ScriptQueue = {
  /** Scripts that wait for their review; the first one is on screen. */
  files: ScriptFile[];
  add: (scripts: readonly ScriptFile[]) => void;
  /** Scripts alone, without anything beside them. */
  addFiles: (files: readonly File[]) => Promise<void>;
  finishFirst: () => void;
};

/** Provider scripts that were dropped, picked or pasted, reviewed one after the other. */
export const useScriptQueue = create<ScriptQueue>((set, get) => ({
  files: [],
  add: scripts => {
    if (scripts.length > 0) set(queue => ({ files: [...queue.files, ...scripts] }));
  },
  addFiles: async files => {
    const read = files.map(async file => ({ file_name: file.name, source: await file.text(), files: {} }));
    get().add(await Promise.all(read));
  },
  finishFirst: () => set(({ files }) => ({ files: files.slice(1) })),
}));
