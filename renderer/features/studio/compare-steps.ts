import type { TracedStep } from '../../../electron/contract/studio-calls.ts';

type HeaderChange = {
  name: string;
  value: string;
  change: 'same' | 'added' | 'changed' | 'removed';
};

/** What one station did to the request. */
export type StepChange = {
  url: boolean;
  headers: HeaderChange[];
  body: 'same' | 'new' | 'changed';
  /** Of these there is something to see. */
  parts: ('url' | 'headers' | 'body')[];
};

export function compareSteps(before: TracedStep | undefined, now: TracedStep): StepChange {
  const url = now.url !== null && (before?.url !== now.url || before.method !== now.method);
  const headers = compareHeaders(before?.headers ?? [], now.headers ?? []);
  const body =
    now.body === (before?.body ?? null) ? 'same' : (before?.body ?? null) === null ? 'new' : 'changed';
  const parts: StepChange['parts'] = [];
  if (url) parts.push('url');
  if (headers.some(({ change }) => change !== 'same')) parts.push('headers');
  if (body !== 'same') parts.push('body');
  return { url, headers, body, parts };
}

function compareHeaders(
  before: readonly (readonly [string, string])[],
  now: readonly (readonly [string, string])[],
): HeaderChange[] {
  const old = new Map(before);
  const names = new Set(now.map(([name]) => name));
  const left = now.map(([name, value]): HeaderChange => {
    const change = !old.has(name) ? 'added' : old.get(name) === value ? 'same' : 'changed';
    return { name, value, change };
  });
  const removed = before
    .filter(([name]) => !names.has(name))
    .map(([name, value]): HeaderChange => ({ name, value, change: 'removed' }));
  return [...left, ...removed];
}
