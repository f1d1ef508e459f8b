import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { expect, onTestFinished, test } from 'vitest';

import type { Api } from '../../renderer/api.ts';
import { cacheChat, chatKey } from '../../renderer/features/thread/chat-cache.ts';
import type { ChatDetail } from '../../renderer/features/thread/chat-cache.ts';
import { showLeaf } from '../../renderer/features/thread/show-leaf.ts';

const detail = (leaf: string, updated: string): ChatDetail =>
  ({
    chat: { id: 'c', leaf_id: leaf, updated_at: updated },
    messages: [],
    live: [],
  }) as unknown as ChatDetail;

/** A page that shows a chat, and a core that knows of its leaf what it was told. */
function openPage() {
  const core = { leaf: 'new', updated: '2', asked: 0 };
  const client = new QueryClient();
  const queryFn = (): Promise<ChatDetail> => {
    core.asked += 1;
    return Promise.resolve(detail(core.leaf, core.updated));
  };
  client.setQueryData(chatKey('c'), detail('new', '1'));
  const stop = new QueryObserver(client, { queryKey: chatKey('c'), queryFn, staleTime: Infinity }).subscribe(
    () => {},
  );
  onTestFinished(() => {
    stop();
    client.clear();
  });
  const heard: (() => void)[] = [];
  const call = async (_name: string, { leaf_id: leaf }: { leaf_id: string }): Promise<void> => {
    core.leaf = leaf;
    await new Promise<void>(resolve => heard.push(resolve));
  };
  const shown = (): string | null | undefined => client.getQueryData<ChatDetail>(chatKey('c'))?.chat.leaf_id;
  // Safe: it is called for one thing.
  return { core, client, heard, shown, page: { api: { call } as unknown as Api, client } };
}

test('an earlier version is shown at once, and nothing is asked for again', async () => {
  const { core, heard, shown, page } = openPage();
  const done = showLeaf(page, 'c', 'old');
  expect(shown()).toBe('old');
  heard[0]?.();
  await done;
  expect([shown(), core.leaf, core.asked]).toEqual(['old', 'old', 0]);
});

test('it stays, though the list of chats from before the choice comes after it', async () => {
  const { core, client, heard, shown, page } = openPage();
  const done = showLeaf(page, 'c', 'old');
  cacheChat(client, detail('new', '2').chat);
  expect(shown()).toBe('new');
  heard[0]?.();
  await done;
  expect([shown(), core.asked]).toEqual(['old', 1]);
});

test('it stays, though that list comes last of all', async () => {
  const { client, heard, shown, page } = openPage();
  let bring = (): void => {};
  const list = client.fetchQuery({
    queryKey: ['chats', 'list'],
    queryFn: async () => {
      await new Promise<void>(resolve => (bring = resolve));
      cacheChat(client, detail('new', '2').chat);
      return [];
    },
  });
  const done = showLeaf(page, 'c', 'old');
  heard[0]?.();
  await done;
  bring();
  await list;
  expect(shown()).toBe('old');
});
