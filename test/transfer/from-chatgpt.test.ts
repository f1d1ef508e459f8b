import { describe, expect, it } from 'vitest';

import { convertText, outline } from './support.ts';

type Message = Record<string, unknown>;

function node(id: string, parent: string | null, message: Message | null = null) {
  return { id, parent, children: [], message: message && { id, weight: 1, ...message } };
}

const says = (role: string, ...parts: unknown[]): Message => ({
  author: { role, name: null, metadata: {} },
  create_time: 1_767_225_600.5,
  content: { content_type: 'text', parts },
  recipient: 'all',
  metadata: role === 'assistant' ? { model_slug: 'gpt-5' } : {},
});

function conversation(nodes: ReturnType<typeof node>[], fields: object = {}): object {
  return {
    conversation_id: 'conv-1',
    title: 'Tides',
    create_time: 1_767_225_600,
    update_time: 1_767_312_000.25,
    current_node: nodes.at(-1)?.id,
    mapping: Object.fromEntries(nodes.map(each => [each.id, each])),
    ...fields,
  };
}

const read = (...conversations: object[]) => convertText(JSON.stringify(conversations), { step: 7 });

describe('ChatGPT', () => {
  it('reads branches, their shown leaf, models and times', () => {
    const { source, chats, left_out } = read(
      conversation(
        [
          node('root', null),
          node('sys', 'root', says('system', '')),
          node('q', 'sys', says('user', 'Why are there tides?')),
          node('a1', 'q', says('assistant', 'The moon.')),
          node('a2', 'q', says('assistant', 'Gravity.')),
          node('q2', 'a1', says('user', 'Only the moon?')),
        ],
        { current_node: 'a2' },
      ),
    );
    expect(source).toBe('chatgpt');
    expect(left_out).toEqual([]);
    expect(chats[0]).toMatchObject({
      id: 'conv-1',
      title: 'Tides',
      leaf_id: 'a2',
      created_at: '2026-01-01T00:00:00.000Z',
      updated_at: '2026-01-02T00:00:00.250Z',
    });
    expect(outline(chats[0]!)).toEqual([
      'U: Why are there tides?',
      '  A chatgpt/gpt-5: The moon.',
      '    U: Only the moon?',
      '  A chatgpt/gpt-5: Gravity.',
    ]);
    expect(chats[0]!.messages[0]!.created_at).toBe('2026-01-01T00:00:00.500Z');
  });

  it('makes one answer of thoughts, code, its output and the text after it', () => {
    const { chats } = read(
      conversation([
        node('q', null, says('user', 'Sum 1 to 10')),
        node('t', 'q', {
          author: { role: 'assistant' },
          content: { content_type: 'thoughts', thoughts: [{ summary: 'Adding', content: 'With Python.' }] },
        }),
        node('c', 't', {
          author: { role: 'assistant' },
          recipient: 'python',
          content: { content_type: 'code', language: 'unknown', text: 'print(sum(range(11)))' },
        }),
        node('o', 'c', {
          author: { role: 'tool', name: 'python' },
          content: { content_type: 'execution_output', text: '55\n' },
        }),
        node('a', 'o', says('assistant', 'It is 55.')),
      ]),
    );
    expect(outline(chats[0]!)).toEqual([
      'U: Sum 1 to 10',
      '  A chatgpt/gpt-5: (Adding\nWith Python.) | ```python\nprint(sum(range(11)))\n``` | ```text\n55\n``` | It is 55.',
    ]);
    expect(chats[0]!.leaf_id).toBe('t');
  });

  it('does not join across a branch', () => {
    const { chats } = read(
      conversation([
        node('q', null, says('user', 'Hi')),
        node('a', 'q', says('assistant', 'One')),
        node('b', 'a', says('assistant', 'Two')),
        node('c', 'a', says('assistant', 'Three')),
      ]),
    );
    expect(outline(chats[0]!)).toEqual([
      'U: Hi',
      '  A chatgpt/gpt-5: One',
      '    A chatgpt/gpt-5: Two',
      '    A chatgpt/gpt-5: Three',
    ]);
  });

  it('finds pictures in the archive, and says which are not there', () => {
    const picture = (pointer: string) => ({ content_type: 'image_asset_pointer', asset_pointer: pointer });
    const multimodal = {
      ...says('user'),
      content: {
        content_type: 'multimodal_text',
        parts: [picture('sediment://file_00aa'), picture('file-service://file-gone'), 'What is this?'],
      },
    };
    const found = convertText(JSON.stringify([conversation([node('q', null, multimodal)])]), {
      findFile: part => (part === 'file_00aa' ? 'user-1/file_00aa-x.png' : undefined),
    });
    expect(found.chats[0]!.messages[0]!.content).toEqual([
      {
        type: 'attachment',
        media_type: 'image/png',
        name: 'file_00aa-x.png',
        source: { type: 'url', url: 'archive:user-1/file_00aa-x.png' },
      },
      { type: 'text', text: '*[image: file-gone]*' },
      { type: 'text', text: 'What is this?' },
    ]);
    expect(found.left_out).toEqual([
      { kind: 'image that is not in the archive', count: 1, examples: ['file-gone'] },
    ]);
  });

  it('puts sources below the text instead of marks that mean nothing elsewhere', () => {
    const cited = {
      ...says('assistant', 'High water【1†source】 comes twice\uE200cite\uE202turn0search1\uE201.'),
      metadata: { citations: [{ metadata: { title: 'Tide tables', url: 'https://tides.example/' } }] },
    };
    const { chats } = read(conversation([node('a', null, cited)]));
    expect(outline(chats[0]!)).toEqual([
      'A: High water comes twice. | - [Tide tables](https://tides.example/)',
    ]);
  });

  it('takes the first words where there is no title', () => {
    const { chats } = read(
      conversation([node('q', null, says('user', 'How  deep\nis the sea?'))], { title: null }),
    );
    expect(chats[0]!.title).toBe('How deep is the sea?');
  });

  it('reports what it does not know and what was hidden, and reads on', () => {
    const hidden = { ...says('user', 'about me'), metadata: { is_visually_hidden_from_conversation: true } };
    const strange = {
      author: { role: 'assistant' },
      content: { content_type: 'hologram', text: 'A  cube' },
    };
    const { chats, left_out } = read(
      conversation([
        node('h', null, hidden),
        node('s', 'h', says('system', 'You are helpful.')),
        node('q', 's', says('user', 'Hello')),
        node('x', 'q', strange),
        node('a', 'x', says('assistant', 'Hello!')),
      ]),
      { conversation_id: 'empty', title: 'Nothing', mapping: {} },
      { mapping: { q: 7 } },
    );
    expect(outline(chats[0]!)).toEqual(['U: Hello', '  A chatgpt/gpt-5: Hello!']);
    expect(left_out).toEqual([
      { kind: 'hidden message', count: 1, examples: ['about me'] },
      { kind: 'system message', count: 1, examples: ['You are helpful.'] },
      { kind: 'content type hologram', count: 1, examples: ['A cube'] },
      { kind: 'conversation without a message', count: 1, examples: ['Nothing'] },
      { kind: 'node that is no object', count: 1, examples: ['q'] },
      { kind: 'conversation without an id', count: 1, examples: [] },
    ]);
  });

  it('reads the list also where it stands inside an object', () => {
    const text = JSON.stringify({ conversations: [conversation([node('q', null, says('user', 'Hi'))])] });
    expect(convertText(text).chats.map(({ id }) => id)).toEqual(['conv-1']);
  });

  it('ends on a tree that goes in a circle', () => {
    const { chats } = read(
      conversation([node('a', 'b', says('user', 'one')), node('b', 'a', says('user', 'two'))]),
    );
    expect(chats).toEqual([]);
  });
});
