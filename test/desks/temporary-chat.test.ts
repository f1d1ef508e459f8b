import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

import { expect, it, onTestFinished, vi } from 'vitest';

import { createCore } from '../../electron/core.ts';
import type { Core } from '../../electron/core.ts';
import type { ApiCallName, ApiInput, ApiOutput } from '../../electron/contract/api.ts';
import { findResources } from '../../electron/resources.ts';

async function call<N extends ApiCallName>(core: Core, name: N, input: ApiInput<N>): Promise<ApiOutput<N>> {
  const result = await core.api.call(name, input);
  if (!result.ok) throw new Error(result.error.message);
  return result.value as ApiOutput<N>; // the api answers each name with its own output
}

async function askIn(core: Core, chatId: string, text: string): Promise<void> {
  const parent_id = (await call(core, 'chats.get', { id: chatId })).chat.leaf_id;
  await call(core, 'messages.send', { chat_id: chatId, parent_id, model: 'eliza/eliza', text });
  await vi.waitUntil(
    async () => (await call(core, 'chats.get', { id: chatId })).messages.at(-1)?.status === 'complete',
    { timeout: 20_000 },
  );
}

/** Every file below the data directory that holds the text. */
function filesWith(dir: string, text: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
    .filter(file => {
      const bytes = readFileSync(file);
      return (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).includes(text);
    });
}

it('a temporary chat leaves its bill and no word, even where bodies of calls are kept', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'parley-temporary-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
  writeFileSync(join(dataDir, 'parley.yaml'), 'gateway: { inspector: { keep_bodies: true } }\n');
  const core = await createCore({ dataDir, resources: findResources(), env: {} });
  const kept = await call(core, 'chats.create', { model: null });
  const passing = await call(core, 'chats.create_temporary', { model: null });
  await askIn(core, kept.id, 'I remember keptquokka');
  await askIn(core, passing.id, 'I remember gonequokka');

  const [last] = await call(core, 'inspector.list', {});
  expect(last?.id).toMatch(/^temporary-/);
  expect(JSON.stringify(await call(core, 'inspector.get', { id: last!.id }))).not.toContain('quokka');
  // The kept call shows that the looking would find the other one.
  await vi.waitUntil(() => filesWith(join(dataDir, 'inspector'), 'keptquokka').length > 0, {
    timeout: 20_000,
  });
  expect(filesWith(dataDir, 'keptquokka').length).toBeGreaterThan(1);
  expect(filesWith(dataDir, 'gonequokka')).toEqual([]);
  expect((await call(core, 'chats.list', {})).map(({ id }) => id)).toEqual([kept.id]);
  await core.close();
  expect(filesWith(dataDir, 'gonequokka')).toEqual([]);

  const again = await createCore({ dataDir, resources: findResources(), env: {} });
  const calls = await call(again, 'calls.list', {});
  expect(calls.calls.map(({ client, status }) => ({ client, status }))).toEqual([
    { client: 'chat', status: 'ok' },
    { client: 'chat', status: 'ok' },
  ]);
  await expect(call(again, 'chats.get', { id: passing.id })).rejects.toThrow('There is no chat temporary-');
  await again.close();
});
