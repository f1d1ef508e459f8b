import { setTimeout as sleep } from 'node:timers/promises';

import { describe, expect, it, onTestFinished } from 'vitest';

import type { ApiCallName, ApiInput, ApiOutput } from '../../electron/contract/api.ts';
import { loadSqlite } from '../../electron/store/load-sqlite.ts';
import { makeDataDir, removeDir, startParley, waitFor } from '../support/start-parley.ts';

type Call = <N extends ApiCallName>(name: N, input: ApiInput<N>) => Promise<ApiOutput<N>>;

/** What Parley has said is done. */
type Acknowledged = {
  titles: Map<string, string>;
  /** Text of each message, by its id. */
  texts: Map<string, { chat: string; text: string }>;
  imported: Set<string>;
  /** What it has refused to do, which it should not. */
  refusals: unknown[];
};

const kills = 20;

describe('killed while it streams, edits and imports', () => {
  it(`${String(kills)} times, Parley loses nothing it has acknowledged, and the database is sound`, async () => {
    const dataDir = makeDataDir();
    onTestFinished(() => removeDir(dataDir));
    const known: Acknowledged = { titles: new Map(), texts: new Map(), imported: new Set(), refusals: [] };
    for (let round = 0; round < kills; round += 1) {
      const { call, stop } = await openPage(dataDir);
      await expectAll(known, call);
      // Both end with the process.
      const work = Promise.allSettled([write(call, known), importChats(call, known, round)]);
      // A busy machine may need seconds before there is anything to lose.
      const before = known.imported.size;
      if (round % 4 === 0) await waitFor(() => known.imported.size > before);
      await sleep(Math.random() * 400);
      await stop('SIGKILL');
      known.refusals.push(...(await work).flatMap(refusalOf));
    }
    expect(known.refusals).toEqual([]);
    const { call, stop } = await openPage(dataDir);
    await expectAll(known, call);
    expect(known.texts.size).toBeGreaterThan(0);
    expect(known.imported.size).toBeGreaterThan(0);
    await stop('SIGTERM');
    expect(readFacts(dataDir)).toEqual({ integrity_check: 'ok', broken: 0, streaming: 0 });
  }, 180_000);
});

class Refusal extends Error {}

/** That the connection broke is what a kill is about. */
function refusalOf(outcome: PromiseSettledResult<void>): unknown[] {
  const reason: unknown = outcome.status === 'rejected' ? outcome.reason : undefined;
  return reason instanceof Refusal ? [reason.message] : [];
}

/** As the page in a browser: the printed address gives a cookie, with which calls are made. */
async function openPage(
  dataDir: string,
): Promise<{ call: Call; stop: (signal: NodeJS.Signals) => Promise<unknown> }> {
  const server = await startParley({ dataDir, args: ['--ui'] });
  const { ui, url } = server;
  const { headers } = await fetch(ui ?? '', { redirect: 'manual' });
  const cookie = headers.get('set-cookie')?.split(';')[0] ?? '';
  return {
    stop: signal => server.stop(signal),
    async call(name, input) {
      const response = await fetch(`${url}/ui/call/${name}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', cookie },
        body: JSON.stringify(input),
      });
      const result = (await response.json()) as { ok: boolean; value: ApiOutput<typeof name> };
      if (!result.ok) throw new Refusal(`${name}: ${JSON.stringify(result)}`);
      return result.value;
    },
  };
}

/** Starts chats, asks, renames and edits, one after the other, until Parley is gone. */
async function write(call: Call, { titles, texts }: Acknowledged): Promise<void> {
  for (let count = 0; ; count += 1) {
    const chat = await call('chats.create', { model: 'eliza/eliza' });
    const text = `Tell me a long story, number ${String(Math.random())}.`;
    const sent = await call('messages.send', {
      chat_id: chat.id,
      parent_id: null,
      model: 'eliza/eliza',
      text,
    });
    texts.set(sent.user_message.id, { chat: chat.id, text });
    const title = `Chat ${String(count)} ${chat.id}`;
    await call('chats.rename', { id: chat.id, title });
    titles.set(chat.id, title);
    await call('messages.stop', { id: sent.answer.id });
    const edited = await call('messages.edit', { id: sent.answer.id, text: `Edited ${text}` });
    texts.set(edited.answer.id, { chat: chat.id, text: `Edited ${text}` });
  }
}

async function importChats(call: Call, { imported }: Acknowledged, round: number): Promise<void> {
  for (let count = 0; ; count += 1) {
    const id = `imported-${String(round)}-${String(count)}`;
    const time = '2026-01-01T00:00:00.000Z';
    const message = {
      id: `${id}-m`,
      parent_id: null,
      role: 'user',
      content: [{ type: 'text', text: id }],
      status: 'complete',
      finish_reason: null,
      model: null,
      error: null,
      usage: null,
      call_id: null,
      private: null,
      created_at: time,
    };
    const chat = { id, title: id, model: null, leaf_id: message.id, created_at: time, updated_at: time };
    const file = Buffer.from(
      JSON.stringify({ format: 'parley-chats', version: 1, chats: [{ ...chat, messages: [message] }] }),
    );
    const upload = await call('imports.start', { file_name: 'chats.json', size: file.length });
    await call('imports.add_part', { id: upload.id, data: file.toString('base64') });
    await call('imports.preview', { id: upload.id });
    await call('imports.apply', { id: upload.id, chat_ids: null });
    imported.add(id);
  }
}

async function expectAll({ titles, texts, imported }: Acknowledged, call: Call): Promise<void> {
  const chats = await call('chats.list', {});
  const titleOf = new Map(chats.map(({ id, title }) => [id, title]));
  expect([...titles].filter(([id, title]) => titleOf.get(id) !== title)).toEqual([]);
  expect([...imported].filter(id => !titleOf.has(id))).toEqual([]);
  const found = new Map<string, string>();
  for (const chat of new Set([...texts.values()].map(({ chat }) => chat))) {
    const { messages } = await call('chats.get', { id: chat });
    for (const { id, content } of messages) {
      found.set(id, content.map(block => (block.type === 'text' ? block.text : '')).join(''));
    }
  }
  expect([...texts].filter(([id, { text }]) => found.get(id) !== text)).toEqual([]);
}

function readFacts(dataDir: string): Record<string, unknown> {
  const db = new (loadSqlite())(`${dataDir}/parley.db`, { readonly: true });
  try {
    return {
      integrity_check: db.pragma('integrity_check', { simple: true }),
      broken: (db.pragma('foreign_key_check') as unknown[]).length,
      streaming: db.prepare(`SELECT count(*) FROM messages WHERE status = 'streaming'`).pluck().get(),
    };
  } finally {
    db.close();
  }
}
