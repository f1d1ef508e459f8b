import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { onTestFinished } from 'vitest';

import type { CallEnd, CallStart } from '../../electron/contract/calls.ts';
import type { ChatMessage } from '../../electron/contract/chats.ts';
import { AppError } from '../../electron/contract/errors.ts';
import { newId } from '../../electron/contract/new-id.ts';
import { openStore, type Store, type StoreOptions } from '../../electron/store/open-store.ts';

/** A folder that goes away with the test. */
export function makeDataDir(): string {
  const directory = mkdtempSync(join(tmpdir(), 'parley-store-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** A store that closes with the test, in a folder of its own unless told otherwise. */
export function openTestStore(options: Partial<StoreOptions> = {}): Store & { file: string } {
  const file = options.file ?? join(makeDataDir(), 'parley.db');
  const store = openStore({ ...options, file });
  onTestFinished(() => store.close());
  return { ...store, file };
}

/** Runs it and returns the AppError it must throw. */
export function catchError(run: () => unknown): AppError {
  try {
    run();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

export function makeStart(changes: Partial<CallStart> = {}): CallStart {
  return {
    id: newId(),
    started_at: '2026-03-01T12:00:00.000Z',
    client: 'chat',
    backend: 'groq',
    model_asked: 'groq/llama',
    dialect_in: null,
    dialect_out: 'openai_completions',
    ...changes,
  };
}

export function makeEnd(id: string, changes: Partial<CallEnd> = {}): CallEnd {
  return {
    id,
    model_answered: 'llama-3.3',
    status: 'ok',
    http_status: 200,
    error_code: null,
    input_tokens: 100,
    output_tokens: 20,
    cache_read_tokens: 10,
    cache_write_tokens: null,
    reasoning_tokens: 5,
    tokens_origin: 'reported',
    cost_usd: 0.25,
    price: '{"input_mtok":2.5}',
    first_token_ms: 120,
    duration_ms: 900.5,
    attempts: 1,
    ...changes,
  };
}

export function makeMessage(chatId: string, changes: Partial<ChatMessage> = {}): ChatMessage {
  return {
    id: newId(),
    chat_id: chatId,
    parent_id: null,
    role: 'user',
    content: [{ type: 'text', text: 'Hello' }],
    status: 'complete',
    finish_reason: null,
    model: null,
    error: null,
    usage: null,
    call_id: null,
    private: null,
    created_at: '2026-03-01T12:00:00.000Z',
    ...changes,
  };
}
