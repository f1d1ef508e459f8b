// Uses the store from a process of its own: node store-process.ts DIRECTORY COMMAND [ARGUMENT]. Says on stdout how far it is.
import { join } from 'node:path';

import { lockDataDir } from '../../electron/store/lock-data-dir.ts';
import { newId } from '../../electron/contract/new-id.ts';
import { openStore } from '../../electron/store/open-store.ts';

const [directory = '', command = '', argument = ''] = process.argv.slice(2);
const file = join(directory, 'parley.db');
const say = (word: string): void => void process.stdout.write(`${word}\n`);

function begin(store: ReturnType<typeof openStore>, id: string): void {
  store.calls.begin({
    id,
    started_at: new Date().toISOString(),
    client: 'chat',
    backend: 'eliza',
    model_asked: 'eliza/doctor',
    dialect_in: null,
    dialect_out: 'openai_completions',
  });
}

const commands: Record<string, () => void> = {
  /** Owns the directory and streams an answer that never ends, a word every 20 ms. */
  stream() {
    const lock = lockDataDir(join(directory, 'parley.lock'));
    const store = openStore({ file });
    begin(store, 'running');
    const chat = store.chats.create({ model: 'eliza/doctor' });
    const id = newId();
    const time = new Date().toISOString();
    const message = {
      id,
      chat_id: chat.id,
      parent_id: null,
      role: 'assistant',
      status: 'streaming',
    } as const;
    const unknown = {
      finish_reason: null,
      model: null,
      error: null,
      usage: null,
      call_id: null,
      private: null,
    };
    store.chats.addMessage({ ...message, ...unknown, content: [], created_at: time });
    let words = 0;
    setInterval(() => {
      words += 1;
      store.chats.saveMessage(id, { content: [{ type: 'text', text: 'word '.repeat(words) }] });
      // Whatever was said before the kill must be found afterwards.
      say(`${lock === undefined ? 'shared' : 'owned'} ${words}`);
    }, 20);
  },
  lock() {
    const lock = lockDataDir(join(directory, 'parley.lock'));
    say(lock === undefined ? 'taken' : 'locked');
    if (lock !== undefined) setInterval(() => lock, 1000);
  },
  /** Opens, writes some of everything and closes. */
  write() {
    const store = openStore({ file });
    for (let index = 0; index < 50; index++) {
      store.chats.create({ model: null });
      begin(store, newId());
      store.calls.flush();
    }
    store.close();
    say('done');
  },
  'create-key'() {
    const store = openStore({ file });
    const { key } = store.gatewayKeys.create(argument);
    store.close();
    say(key);
  },
  'revoke-key'() {
    const store = openStore({ file });
    store.gatewayKeys.revoke(argument);
    store.close();
    say('revoked');
  },
};

commands[command]?.();
