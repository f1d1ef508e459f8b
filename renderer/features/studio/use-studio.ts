import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';

import type { ApiInput } from '../../../electron/contract/api.ts';
import type {
  BenchProgress,
  BenchRun,
  ScriptLogLine,
  StudioScript,
} from '../../../electron/contract/studio-calls.ts';
import { useApi } from '../../api.ts';

// Begins with a word the core's events refresh.
const scriptKey = (type: string) => ['providers', 'studio', type];

export function useStudioScript(type: string) {
  const api = useApi();
  return useQuery({
    queryKey: scriptKey(type),
    queryFn: () => api.call('studio.open', { type }),
    retry: false,
    gcTime: 0,
  });
}

/** Puts what a call has said of the file in place of what was known of it. */
export function useKnowScript(type: string): (script: StudioScript) => void {
  const client = useQueryClient();
  return script => void client.setQueryData(scriptKey(type), script);
}

/** What is wrong with a source, a moment after it was last typed at. */
export function useScriptCheck(type: string, source: string) {
  const api = useApi();
  const settled = useSettled(source, 400);
  const check = useQuery({
    queryKey: ['studio-check', type, settled],
    queryFn: () => api.call('studio.check', { type, source: settled }),
    placeholderData: keepPreviousData,
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });
  const isCurrent = settled === source && !check.isFetching && !check.isPlaceholderData;
  return { check: check.data ?? null, error: check.error, isCurrent };
}

export function useSaveScript() {
  const api = useApi();
  return useMutation({ mutationFn: (input: ApiInput<'studio.save'>) => api.call('studio.save', input) });
}

export function useCreateScript() {
  const api = useApi();
  return useMutation({ mutationFn: (type: string) => api.call('studio.create', { type }) });
}

export function useOverride() {
  const api = useApi();
  return useMutation({ mutationFn: (type: string) => api.call('studio.override', { type }) });
}

/** One run of the bench after the other; `stop` ends the one under way. */
export function useBench() {
  const api = useApi();
  const running = useRef<string>(null);
  const [live, setLive] = useState<BenchRun | null>(null);
  const bench = useMutation({
    mutationFn: (input: Omit<ApiInput<'studio.run'>, 'id'>) => {
      const id = crypto.randomUUID();
      running.current = id;
      setLive(null);
      const stop = api.on('studio.progress', progress => {
        if (progress.id === id) setLive(known => withProgress(known, progress));
      });
      return api.call('studio.run', { ...input, id }).finally(stop);
    },
  });
  const stop = () => {
    if (running.current !== null) void api.call('studio.stop', { id: running.current });
  };
  return { ...bench, live, stop };
}

/** A run as far as it is known: what its end alone tells is empty. */
function withProgress(known: BenchRun | null, progress: BenchProgress): BenchRun {
  const { id: _id, from, events, ...rest } = progress;
  return {
    ...rest,
    events: [...(known?.events ?? []).slice(0, from), ...events],
    headers: [],
    received: '',
    answer: { text: '', thinking: '', tool_calls: [], finish_reason: null, model: null, usage: {} },
    warnings: [],
    error: null,
    duration_ms: 0,
  };
}

/** Keeps what was typed and not saved, a moment after it was typed and when the page is left. */
export function useKeptDraft(draft: { type: string; source: string; base_sha256: string } | null): void {
  const api = useApi();
  const latest = useRef(draft);
  const kept = useRef(draft?.source ?? null);
  useEffect(() => {
    latest.current = draft;
  });
  const source = draft?.source ?? null;
  const type = draft?.type ?? null;
  const base = draft?.base_sha256 ?? null;
  useEffect(() => {
    if (type === null || source === null || base === null) return;
    const timer = setTimeout(() => {
      kept.current = source;
      void api.call('studio.keep_draft', { type, source, base_sha256: base });
    }, 500);
    return () => clearTimeout(timer);
  }, [api, type, source, base]);
  useEffect(
    () => () => {
      const { current: last } = latest;
      if (last && last.source !== kept.current) void api.call('studio.keep_draft', last);
    },
    [api],
  );
}

export function useDropDraft() {
  const api = useApi();
  return useMutation({ mutationFn: (type: string) => api.call('studio.drop_draft', { type }) });
}

const mostLines = 500;

/** What scripts of these backends say, oldest first; `clear` takes what is there off the page. */
export function useScriptLog(backends: readonly string[]): { lines: ScriptLogLine[]; clear: () => void } {
  const api = useApi();
  const [lines, setLines] = useState<ScriptLogLine[]>([]);
  const [cleared, setCleared] = useState(0);
  useEffect(() => {
    const add = (more: readonly ScriptLogLine[]) =>
      setLines(known => {
        const all = new Map([...known, ...more].map(line => [line.number, line]));
        return [...all.values()].sort((a, b) => a.number - b.number).slice(-2 * mostLines);
      });
    const stop = api.on('scripts.logged', ({ lines: more }) => add(more));
    void api.call('studio.log', {}).then(add);
    return stop;
  }, [api]);
  const own = lines.filter(({ backend, number }) => number > cleared && backends.includes(backend));
  return { lines: own.slice(-mostLines), clear: () => setCleared(lines.at(-1)?.number ?? 0) };
}

/** The last value that stood for so many milliseconds. */
function useSettled<T>(value: T, ms: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return settled;
}
