import type { Worker } from 'node:worker_threads';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { startUpstream } from '../../support/scripted-upstream.ts';
import type { ScriptedUpstream } from '../../support/scripted-upstream.ts';
import { createTestEngine } from '../../support/test-engine.ts';
import type { TestEngine } from '../../support/test-engine.ts';

let upstream: ScriptedUpstream;
let engine: TestEngine | undefined;
let started: Worker[] = [];
const running = new Set<Worker>();

function watch(worker: Worker): void {
  started.push(worker);
  running.add(worker);
  worker.once('exit', () => running.delete(worker));
}

beforeEach(async () => {
  started = [];
  process.on('worker', watch);
  upstream = await startUpstream();
});

afterEach(async () => {
  process.off('worker', watch);
  await engine?.close();
  await upstream.close();
});

async function ask(model: string): Promise<void> {
  if (engine === undefined) throw new Error('no engine');
  const context = {
    client: 'chat',
    dialect_in: null,
    model_asked: model,
    signal: new AbortController().signal,
  };
  const stream = await engine.engine.streamDeltas(
    await engine.engine.resolveModel(model, { record_for: context }),
    { messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }], options: {}, stream: true },
    context,
  );
  for await (const _delta of stream.deltas);
}

test.each([
  ['built-in', 'cerebras', undefined],
  [
    'imported',
    'acme',
    'return { dialect = "openai_completions", base_url = config.url, api_key = "k-1234567" }',
  ],
])('calls of a provider without hooks start no worker: %s', { timeout: 30_000 }, async (_, type, script) => {
  engine = createTestEngine({
    ownHost: true,
    config: { llm: { backends: [{ name: 'b', type, url: upstream.url, api_key: 'k-1234567' }] } },
    scripts: script === undefined ? {} : { [type]: script },
  });
  await ask('b/m');
  // One read the script; it is gone once nothing is loaded in it.
  expect(started).toHaveLength(1);
  await expect.poll(() => running.size, { timeout: 15_000 }).toBe(0);
  for (let call = 0; call < 5; call++) await ask('b/m');
  expect(upstream.requests).toHaveLength(6);
  expect(started).toHaveLength(1);
});
