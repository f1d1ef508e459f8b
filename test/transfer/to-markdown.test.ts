import { expect, it } from 'vitest';

import type { TransferChat, TransferMessage } from '../../electron/contract/transfer.ts';
import { buildMessage } from '../../electron/transfer/build-chat.ts';
import { fileNameOf, toMarkdown } from '../../electron/transfer/to-markdown.ts';

const message = (id: string, parent_id: string | null, more: Partial<TransferMessage>): TransferMessage =>
  buildMessage({
    id,
    parent_id,
    role: parent_id === null ? 'user' : 'assistant',
    content: [],
    created_at: '2026-03-01T10:00:00.000Z',
    ...more,
  });

const chat: TransferChat = {
  id: 'c',
  title: 'A  title\nin two lines',
  model: null,
  leaf_id: 'b',
  created_at: '2026-03-01T09:59:59.000Z',
  updated_at: '2026-03-01T10:00:00.000Z',
  messages: [
    message('q', null, {
      content: [
        {
          type: 'attachment',
          media_type: 'image/png',
          name: 'x.png',
          source: { type: 'base64', data: 'AAAA' },
        },
        { type: 'text', text: 'Show ``` code' },
      ],
    }),
    message('a', 'q', {
      model: 'groq/llama',
      content: [
        {
          type: 'text',
          text: 'Another version',
          citations: [{ url: 'https://a.test/(1)', title: 'A [b]' }, { url: 'https://c.test' }],
        },
      ],
    }),
    message('b', 'q', {
      model: 'groq/llama',
      status: 'error',
      error: { code: 'http_error', message: 'Too many requests.' },
      content: [
        { type: 'thinking', text: 'Hm.' },
        { type: 'text', text: '```js\nconst a = `<b>`;' },
        { type: 'tool_use', id: 't', name: 'run', input: { fence: '```' } },
      ],
    }),
  ],
};

it('writes the shown branch for people to read', () => {
  expect(toMarkdown(chat)).toBe(`# A title in two lines

*2026-03-01 09:59 UTC*

## You

*2026-03-01 10:00 UTC*

*Attachment: x.png (image/png)*

Show \`\`\` code

## groq/llama

*2026-03-01 10:00 UTC · version 2 of 2*

<details>
<summary>Reasoning</summary>

Hm.

</details>

\`\`\`js
const a = \`<b>\`;
\`\`\`

**Tool run**

\`\`\`\`json
{
  "fence": "\`\`\`"
}
\`\`\`\`

> **Error:** Too many requests.
`);
});

it.each([
  ['a/b: "c"?', '2026-03-01 a b c'],
  ['', '2026-03-01 Untitled chat'],
  ['end. .', '2026-03-01 end'],
  ['茶'.repeat(100), `2026-03-01 ${'茶'.repeat(80)}`],
])('names the file of %j', (title, name) => {
  expect(fileNameOf({ title, created_at: '2026-03-01T00:00:00Z' })).toBe(name);
});
