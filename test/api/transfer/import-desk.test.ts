import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { strToU8, zipSync } from 'fflate';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';

import { createImportDesk } from '../../../electron/api/transfer/import-desk.ts';
import type { ImportDesk } from '../../../electron/api/transfer/import-desk.ts';
import { AppError } from '../../../electron/contract/errors.ts';
import { openTestStore } from '../../store/test-store.ts';

type Store = ReturnType<typeof openTestStore>;

let store: Store;
let desk: ImportDesk;
let uploads: string;

beforeEach(() => {
  uploads = mkdtempSync(join(tmpdir(), 'parley-uploads-'));
  vi.stubEnv('TMPDIR', uploads);
  store = openTestStore();
  desk = createImportDesk({ imports: store.imports, onProgress: () => undefined });
  onTestFinished(async () => {
    await desk.close();
    vi.unstubAllEnvs();
    rmSync(uploads, { recursive: true });
  });
});

async function upload(name: string, bytes: Uint8Array): Promise<string> {
  const id = await desk.start(name, bytes.length);
  for (let at = 0; at < bytes.length; at += 1000) await desk.addPart(id, bytes.subarray(at, at + 1000));
  return id;
}

const refusal = async (name: string, bytes: Uint8Array): Promise<string> => {
  const id = await upload(name, bytes);
  return desk.preview(id).then(
    () => 'nothing',
    (error: unknown) => (error instanceof AppError ? error.message : `not ours: ${String(error)}`),
  );
};

const leftFiles = (): string[] => readdirSync(uploads).filter(name => name.startsWith('parley-import-'));

const json = (value: unknown): Uint8Array => strToU8(JSON.stringify(value));

function conversation(id: string, parts: unknown[]): object {
  return {
    conversation_id: id,
    title: `Chat ${id}`,
    mapping: {
      [`q-${id}`]: {
        parent: null,
        message: { author: { role: 'user' }, content: { content_type: 'multimodal_text', parts } },
      },
    },
  };
}

const picture = { content_type: 'image_asset_pointer', asset_pointer: 'sediment://file_abc' };

describe('an import', () => {
  it('shows what is in an archive, writes nothing, and then adds what was chosen, pictures included', async () => {
    const archive = zipSync({
      'conversations-000.json': json([conversation('one', ['Hi', picture])]),
      'conversations-001.json': [json([conversation('two', ['Ho'])]), { level: 0 }],
      'user-1/file_abc-x.png': new Uint8Array([1, 2, 3]),
      'user.json': json({ email: 'nobody@example.com' }),
    });
    const id = await upload('chatgpt.zip', archive);
    const preview = await desk.preview(id);
    expect(preview.source).toBe('chatgpt');
    expect(preview.chats.map(({ id, state, new_messages }) => ({ id, state, new_messages }))).toEqual([
      { id: 'one', state: 'new', new_messages: 1 },
      { id: 'two', state: 'new', new_messages: 1 },
    ]);
    expect(preview.left_out).toEqual([{ kind: 'file user.json', count: 1, examples: [] }]);
    expect(store.chats.list()).toEqual([]);
    expect(await desk.apply(id, ['one'])).toMatchObject({ new_chats: 1, known_chats: 0, new_messages: 1 });
    expect(store.chats.get('one').messages[0]!.content).toEqual([
      { type: 'text', text: 'Hi' },
      {
        type: 'attachment',
        media_type: 'image/png',
        name: 'file_abc-x.png',
        source: { type: 'base64', data: 'AQID' },
      },
    ]);
    expect(store.chats.list()).toHaveLength(1);
    expect(leftFiles()).toEqual([]);
    const again = await desk.preview(await upload('chatgpt.zip', archive));
    expect(again.chats.map(({ state }) => state)).toEqual(['known', 'new']);
  });

  it('reads a file that is no archive, and what ends a chat twice', async () => {
    const id = await upload(
      'conversations.json',
      json([conversation('one', ['Hi']), conversation('one', ['Hi'])]),
    );
    const { chats, left_out } = await desk.preview(id);
    expect(chats).toHaveLength(1);
    expect(left_out).toEqual([{ kind: 'chat that is in the file twice', count: 1, examples: ['Chat one'] }]);
    expect(await desk.apply(id, null)).toMatchObject({ new_chats: 1, known_chats: 1 });
  });

  it('says in one sentence what a file is not', async () => {
    const expectation =
      'Parley imports its own JSON, the export archives of ChatGPT and Claude, a chat exported from OpenRouter, and a backup of Cherry Studio.';
    const whole = zipSync({ 'conversations.json': json([conversation('a', ['x'.repeat(5000)])]) });
    expect(await refusal('notes.zip', zipSync({ 'a.txt': strToU8('x') }))).toBe(
      `notes.zip holds no chats that can be read here. ${expectation}`,
    );
    expect(await refusal('list.json', json([{ a: 1 }]))).toBe(
      `list.json holds no chats that can be read here. ${expectation}`,
    );
    expect(await refusal('cut.zip', whole.subarray(0, whole.length - 30))).toBe(
      'The zip archive is not whole; download it again.',
    );
    const broken = whole.slice();
    broken.fill(7, 60, 90);
    expect(await refusal('broken.zip', broken)).toBe('The zip archive is damaged; download it again.');
    const locked = whole.slice();
    // The directory's entry: bit 0 of its flags says that it is locked.
    locked[Buffer.from(locked).indexOf(Buffer.from([0x50, 0x4b, 1, 2])) + 8]! |= 1;
    expect(await refusal('locked.zip', locked)).toBe(
      'The zip archive is locked with a password; import an unlocked one.',
    );
    expect(
      await refusal(
        'cherry.zip',
        zipSync({ 'metadata.json': json({ version: 7 }), 'IndexedDB/x.ldb': strToU8('x') }),
      ),
    ).toMatch(/^cherry\.zip is a direct backup of Cherry Studio/);
  });

  it('stops at a bomb', async () => {
    const bomb = zipSync({ 'conversations.json': new Uint8Array(20 * 1024 * 1024).fill(0x20) });
    expect(bomb.length).toBeLessThan(100_000);
    expect(await refusal('bomb.zip', bomb)).toMatch(/^conversations\.json unpacks to more than Parley reads/);
  });

  it('does not take a lie about its size', async () => {
    const archive = Buffer.from(
      zipSync({ 'conversations.json': json([conversation('a', ['x'.repeat(5000)])]) }),
    );
    const entry = archive.indexOf(Buffer.from([0x50, 0x4b, 1, 2]));
    archive.writeUInt32LE(100, entry + 24);
    expect(await refusal('lie.zip', archive)).toMatch(/unpacks to more than Parley reads/);
  });

  it('takes no more than it was told, and needs all of it', async () => {
    const id = await desk.start('a.json', 3);
    await expect(desk.preview(id)).rejects.toThrow('a.json has not arrived whole; choose it again.');
    await expect(desk.addPart(id, new Uint8Array(4))).rejects.toThrow('larger than it was said to be');
    await desk.cancel(id);
    await expect(desk.addPart(id, new Uint8Array(1))).rejects.toThrow('choose the file again');
    expect(leftFiles()).toEqual([]);
  });

  it('lets others work while it reads, and stops when it is given up', async () => {
    const many = Array.from({ length: 3000 }, (_, index) => conversation(`c${index}`, ['x'.repeat(2000)]));
    const id = await upload('big.json', json(many));
    const reading = desk.apply(id, null).then(
      () => 'read to the end',
      (error: Error) => error.message,
    );
    let turns = 0;
    await vi.waitUntil(() => ++turns > 3 && store.chats.list().length > 5, { timeout: 20_000, interval: 1 });
    await desk.cancel(id);
    expect(await reading).toBe('The import was stopped; nothing more was added.');
    // Whole chats, and not all of them.
    const there = store.chats.list();
    expect(there.length).toBeLessThan(3000);
    expect(there.every(({ leaf_id }) => leaf_id !== null)).toBe(true);
  });
});
