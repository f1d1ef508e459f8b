import { describe, expect, it } from 'vitest';

import { AppError } from '../../electron/contract/errors.ts';
import { convertText, outline } from './support.ts';

const room3 = {
  version: 'orpg.3.0',
  title: 'Whales',
  characters: { 'char-1': { id: 'char-1', model: 'minimax/minimax-m3:free' }, 'char-2': { model: 'z/glm' } },
  messages: {
    'msg-3': {
      id: 'msg-3',
      type: 'assistant',
      characterId: 'char-2',
      createdAt: '2026-06-03T01:02:06.000Z',
      parentMessageId: 'msg-1',
      items: [{ id: 'i5', type: 'message' }],
    },
    'msg-1': {
      id: 'msg-1',
      type: 'user',
      characterId: 'USER',
      createdAt: '2026-06-03T01:02:03.000Z',
      items: [{ id: 'i1', type: 'message' }],
    },
    'msg-2': {
      id: 'msg-2',
      type: 'assistant',
      characterId: 'char-1',
      createdAt: '2026-06-03T01:02:05.000Z',
      parentMessageId: 'msg-1',
      items: [{ id: 'i2' }, { id: 'i3' }, { id: 'i4' }],
    },
    'msg-4': { id: 'msg-4', type: 'user', createdAt: '2026-06-03T01:03:00.000Z', items: [{ id: 'i6' }] },
  },
  items: {
    i1: {
      id: 'i1',
      messageId: 'msg-1',
      data: {
        type: 'message',
        role: 'user',
        content: [
          { type: 'input_text', text: 'How deep?' },
          { type: 'input_image', image_url: 'data:image/png;base64,AAAA' },
        ],
      },
    },
    i2: { id: 'i2', data: { type: 'reasoning', summary: [{ type: 'summary_text', text: 'Sperm whales.' }] } },
    i3: { id: 'i3', data: { type: 'message', content: [{ type: 'output_text', text: '2 km.' }] } },
    i4: { id: 'i4', data: { type: 'dance_call' } },
    i5: { id: 'i5', data: { type: 'message', content: [{ type: 'output_text', text: 'Deep.' }] } },
    i6: { id: 'i6', data: { type: 'message', content: [{ type: 'input_text', text: 'And orcas?' }] } },
  },
};

describe('OpenRouter', () => {
  it('reads a room of version 3: items, models, and two answers to one question', () => {
    const { source, chats, left_out } = convertText(JSON.stringify(room3), { step: 13 });
    expect(source).toBe('openrouter');
    expect(outline(chats[0]!)).toEqual([
      'U: How deep? | [undefined image/png]',
      '  A openrouter/minimax/minimax-m3:free: (Sperm whales.) | 2 km.',
      '  A openrouter/z/glm: Deep.',
      '    U: And orcas?',
    ]);
    expect(left_out).toEqual([{ kind: 'item of type dance_call', count: 1, examples: ['i4'] }]);
  });

  it('reads versions 1 and 2, where a message holds its text', () => {
    const room = {
      version: 'orpg.2.0',
      title: 'Old',
      characters: { c: { model: 'a/b' } },
      messages: {
        m1: { type: 'user', content: 'Hi', createdAt: '2025-01-01T00:00:00Z' },
        m2: {
          type: 'assistant',
          characterId: 'c',
          content: 'Hello',
          reasoning: 'Polite.',
          createdAt: '2025-01-01T00:00:01Z',
        },
      },
    };
    const { chats } = convertText(JSON.stringify(room));
    expect(outline(chats[0]!)).toEqual(['U: Hi', '  A openrouter/a/b: (Polite.) | Hello']);
  });

  it('is the same chat when it is exported again, longer', () => {
    const [longer] = convertText(JSON.stringify(room3)).chats;
    const { 'msg-4': _last, ...messages } = room3.messages;
    const [shorter] = convertText(JSON.stringify({ ...room3, messages })).chats;
    expect(shorter?.id).toBe(longer?.id);
  });
});

const topic = (messages: object[]) => ({ id: 'topic-1', messages });
const assistants = JSON.stringify({
  defaultAssistant: { topics: [] },
  assistants: [
    {
      topics: [
        { id: 'topic-1', name: 'Tea', createdAt: '2026-01-02T03:04:05Z', updatedAt: '2026-01-03T00:00:00Z' },
      ],
    },
  ],
});
const localStorage = { 'persist:cherry-studio': JSON.stringify({ assistants, llm: '{"key":"sk-secret"}' }) };

describe('Cherry Studio', () => {
  it('puts blocks, topics and their names together, in whatever order they stand', () => {
    const data = {
      time: 1,
      version: 5,
      indexedDB: {
        topics: [
          topic([
            { id: 'u', role: 'user', createdAt: '2026-01-02T03:04:05Z', blocks: ['b1', 'f1'] },
            {
              id: 'a',
              role: 'assistant',
              askId: 'u',
              foldSelected: true,
              status: 'success',
              createdAt: '2026-01-02T03:04:06Z',
              model: { id: 'qwen3', provider: 'dashscope' },
              usage: { prompt_tokens: 5, completion_tokens: 7 },
              blocks: ['b2', 'b3', 'b4'],
            },
            {
              id: 'b',
              role: 'assistant',
              askId: 'u',
              status: 'paused',
              createdAt: '2026-01-02T03:04:07Z',
              model: { id: 'glm', provider: 'zhipu' },
              blocks: ['b5', 'gone'],
            },
            { type: 'clear', id: 'c', role: 'user', blocks: [] },
            { id: 'u2', role: 'user', createdAt: '2026-01-02T03:05:05Z', blocks: ['b6'] },
          ]),
        ],
        message_blocks: [
          { id: 'b1', type: 'main_text', content: 'Which tea?' },
          { id: 'b2', type: 'thinking', content: 'Green or black.' },
          { id: 'b3', type: 'main_text', content: 'Green.' },
          { id: 'b4', type: 'tool', toolName: 'search', arguments: { q: 'tea' }, content: 'found' },
          { id: 'b5', type: 'main_text', content: 'Black.' },
          { id: 'b6', type: 'main_text', content: 'Why?' },
          { id: 'f1', type: 'file', file: { id: 'file1', ext: '.png', origin_name: 'leaf.png' } },
        ],
        settings: [{ id: 'theme', value: 'dark' }],
      },
      localStorage,
    };
    const found = convertText(JSON.stringify(data), {
      step: 17,
      findFile: part => (part === 'Data/Files/file1' ? 'Data/Files/file1.png' : undefined),
    });
    expect(found.source).toBe('cherry_studio');
    expect(outline(found.chats[0]!)).toEqual([
      'U: Which tea? | [leaf.png image/png]',
      '  A dashscope/qwen3: (Green or black.) | Green. | **search**\n\n```json\n{\n  "q": "tea"\n}\n```\n\n```text\nfound\n```',
      '    U: Why?',
      '  A zhipu/glm: Black.',
    ]);
    expect(found.chats[0]).toMatchObject({
      title: 'Tea',
      created_at: '2026-01-02T03:04:05.000Z',
      leaf_id: 'u2',
    });
    expect(found.chats[0]!.messages[1]).toMatchObject({
      status: 'complete',
      usage: { input_tokens: 5, output_tokens: 7 },
    });
    expect(found.chats[0]!.messages[2]!.status).toBe('cancelled');
    expect(found.left_out.map(({ kind }) => kind).toSorted()).toEqual([
      'block that is not in the file',
      'mark that clears the context',
      'table settings',
    ]);
    expect(JSON.stringify(found)).not.toContain('sk-secret');
  });

  it('reads older backups, where messages hold their text', () => {
    const data = {
      version: 3,
      localStorage,
      indexedDB: {
        topics: [
          topic([
            { id: 'u', role: 'user', content: 'Hi', createdAt: '2025-01-01T00:00:00Z', status: 'success' },
            {
              id: 'a',
              role: 'assistant',
              content: 'Yes',
              reasoning_content: 'Hm.',
              modelId: 'm',
              createdAt: '2025-01-01T00:00:01Z',
            },
          ]),
        ],
      },
    };
    expect(outline(convertText(JSON.stringify(data)).chats[0]!)).toEqual([
      'U: Hi',
      '  A cherry-studio/m: (Hm.) | Yes',
    ]);
  });
});

describe('what is none of them', () => {
  const refusal = (text: string): string => {
    try {
      const { source, chats } = convertText(text, { step: 3 });
      return source ?? `nothing, ${chats.length}`;
    } catch (error) {
      return error instanceof AppError ? error.message : String(error);
    }
  };

  it.each([
    ['', 'The file ends in the middle; export or download it again.'],
    ['[{"mapping":{}', 'The file ends in the middle; export or download it again.'],
    ['<html>', 'The file is no valid JSON (at character 1); export or download it again.'],
    ['[1,,2]', 'The file is no valid JSON (at character 4); export or download it again.'],
    ['{"a":1} x', 'The file is no valid JSON (at character 9); export or download it again.'],
    ['[{"a":tru}]', 'The file is no valid JSON inside; export or download it again.'],
    ['[{"a":1}]', 'nothing, 0'],
    ['{"hello":"world"}', 'nothing, 0'],
  ])('%j', (text, expected) => {
    expect(refusal(text)).toBe(expected);
  });

  it('refuses a file of a newer Parley before it reads a chat of it', () => {
    const text = JSON.stringify({ format: 'parley-chats', version: 2, chats: [{ id: 'x', messages: [] }] });
    expect(refusal(text)).toBe(
      'The file was written by a newer Parley (version 2 of parley-chats, this one knows 1). Update Parley first.',
    );
  });
});
