// Adds messages and indexes them, one after the other, until it is killed: node search-process.ts DIRECTORY. Says how many.
import { join } from 'node:path';

import { newId } from '../../electron/contract/new-id.ts';
import { openStore } from '../../electron/store/open-store.ts';

const store = openStore({ file: join(process.argv[2] ?? '', 'parley.db') });
const chat = store.chats.create({ model: null });
let count = 0;

function addOne(): void {
  store.chats.addMessage({
    id: newId(),
    chat_id: chat.id,
    parent_id: null,
    role: 'user',
    content: [{ type: 'text', text: `common word${count}x 共同 ${'filler '.repeat(50)}` }],
    status: 'complete',
    finish_reason: null,
    model: null,
    error: null,
    usage: null,
    call_id: null,
    private: null,
    created_at: new Date().toISOString(),
  });
  count += 1;
  process.stdout.write(`${count}\n`);
  if (count % 3 === 0) store.search.index.indexSlice();
  if (count % 20 === 0) store.search.index.mergeSlice();
  setImmediate(addOne);
}
addOne();
