import { describe, expect, it } from 'vitest';

import { convertText, outline } from './support.ts';

const root = '00000000-0000-4000-8000-000000000000';

function message(
  uuid: string,
  sender: string,
  parent: string | undefined,
  content: object[],
  more: object = {},
) {
  return {
    uuid,
    sender,
    text: '',
    content,
    created_at: '2026-03-01T10:00:00.123456Z',
    attachments: [],
    files: [],
    ...(parent === undefined ? {} : { parent_message_uuid: parent }),
    ...more,
  };
}

const text = (words: string) => ({ type: 'text', text: words, citations: [] });

function conversation(chat_messages: object[], more: object = {}): object {
  return {
    uuid: 'c1',
    name: 'Bread',
    created_at: '2026-03-01T09:59:00Z',
    updated_at: '2026-03-02T10:00:00Z',
    account: { uuid: 'account' },
    chat_messages,
    ...more,
  };
}

const read = (...conversations: object[]) => convertText(JSON.stringify(conversations), { step: 11 });

describe('Claude', () => {
  it('reads edited questions as branches below a root that is not there', () => {
    const { source, chats, left_out } = read(
      conversation(
        [
          message('q1', 'human', root, [text('How do I bake?')]),
          message('a1', 'assistant', 'q1', [{ type: 'thinking', thinking: 'Flour.' }, text('With flour.')]),
          message('q2', 'human', root, [text('How do I bake rye?')]),
          message('a2', 'assistant', 'q2', [text('With rye.')]),
        ],
        { current_leaf_message_uuid: 'a1', model: 'claude-sonnet-5' },
      ),
    );
    expect({ source, left_out }).toEqual({ source: 'claude', left_out: [] });
    expect(outline(chats[0]!)).toEqual([
      'U: How do I bake?',
      '  A claude/claude-sonnet-5: (Flour.) | With flour.',
      'U: How do I bake rye?',
      '  A claude/claude-sonnet-5: With rye.',
    ]);
    expect(chats[0]).toMatchObject({ id: 'c1', title: 'Bread', leaf_id: 'a1' });
    expect(chats[0]!.messages[0]!.created_at).toBe('2026-03-01T10:00:00.123Z');
  });

  it('reads older exports, where messages have no parents and only a text', () => {
    const { chats } = read(
      conversation([
        message('q', 'human', undefined, [], { text: 'Hi' }),
        message('a', 'assistant', undefined, [], { text: 'Hello' }),
      ]),
    );
    expect(outline(chats[0]!)).toEqual(['U: Hi', '  A: Hello']);
  });

  it('shows artifacts, tools with their results, and sources', () => {
    const { chats } = read(
      conversation([
        message('a', 'assistant', root, [
          {
            type: 'tool_use',
            name: 'artifacts',
            input: { title: 'Page', type: 'text/html', content: '<b>x</b>' },
          },
          { type: 'tool_result', name: 'artifacts', content: [{ type: 'text', text: 'OK' }] },
          { type: 'tool_use', name: 'web_search', input: { query: 'rye' } },
          {
            type: 'tool_result',
            name: 'web_search',
            content: [{ type: 'knowledge', title: 'Rye', url: 'https://rye.example' }],
          },
          { type: 'text', text: 'Done.', citations: [{ title: 'Rye', url: 'https://rye.example' }] },
        ]),
      ]),
    );
    expect(outline(chats[0]!)).toEqual([
      'A: **Page**\n\n```html\n<b>x</b>\n``` | **web_search**\n\n```json\n{\n  "query": "rye"\n}\n``` | ' +
        '```text\nRye https://rye.example\n``` | Done.\n\n- [Rye](https://rye.example)',
    ]);
  });

  it('keeps the text of attachments and names the files that did not come along', () => {
    const { chats, left_out } = read(
      conversation([
        message('q', 'human', root, [text('Read this')], {
          attachments: [{ file_name: 'notes.pdf', file_type: 'pdf', extracted_content: 'Knead.' }],
          files: [{ file_name: 'loaf.jpg' }, { file_name: 'notes.pdf' }],
        }),
      ]),
    );
    expect(chats[0]!.messages[0]!.content).toEqual([
      {
        type: 'attachment',
        media_type: 'text/plain',
        name: 'notes.pdf',
        source: { type: 'base64', data: Buffer.from('Knead.').toString('base64') },
      },
      { type: 'text', text: '*[file: loaf.jpg]*' },
      { type: 'text', text: 'Read this' },
    ]);
    expect(left_out).toEqual([{ kind: 'file that is not in the archive', count: 1, examples: ['loaf.jpg'] }]);
  });

  it('hangs replies to an empty message where that hung, and reports what is strange', () => {
    const { chats, left_out } = read(
      conversation([
        message('q', 'human', root, [text('Hi')]),
        message('e', 'assistant', 'q', []),
        message('s', 'narrator', 'e', [text('Once')]),
        message('q2', 'human', 'e', [{ type: 'smell', text: 'of bread' }]),
      ]),
    );
    expect(outline(chats[0]!)).toEqual(['U: Hi', '  U: of bread']);
    expect(left_out.map(({ kind }) => kind).toSorted()).toEqual([
      'block of type smell',
      'message of sender narrator',
      'message without content',
    ]);
  });
});
