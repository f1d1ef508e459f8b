import type { Chat, ChatMessage } from '../../electron/contract/chats.ts';
import { elizaAnswers, longAnswer, shortAnswer } from './fake-answers.ts';

const day = 86_400_000;
export const isoAgo = (ms: number) => new Date(Date.now() - ms).toISOString();

export function fakeChat(id: string, title: string, leaf_id: string | null, age: number): Chat {
  return {
    id,
    title,
    model: 'groq/llama-3.3-70b',
    leaf_id,
    created_at: isoAgo(age + 60_000),
    updated_at: isoAgo(age),
  };
}

export function fakeMessage(
  fields: Pick<ChatMessage, 'id' | 'chat_id' | 'parent_id' | 'role'> &
    Partial<ChatMessage> & { text?: string },
): ChatMessage {
  const { text, ...rest } = fields;
  return {
    content: text === undefined ? [] : [{ type: 'text', text }],
    status: 'complete',
    finish_reason: fields.role === 'assistant' ? 'stop' : null,
    model: fields.role === 'assistant' ? 'groq/llama-3.3-70b' : null,
    error: null,
    usage: null,
    call_id: null,
    private: null,
    created_at: isoAgo(0),
    ...rest,
  };
}

type Turn = { ask: string; answer: Partial<ChatMessage> & { text?: string } };

/** Every way an answer can end. */
const endings: Turn[] = [
  {
    ask: 'Tell me a long story.',
    answer: {
      text: 'Once upon a time there was a lighthouse keeper who',
      status: 'cancelled',
      finish_reason: 'cancelled',
    },
  },
  {
    ask: 'And another one.',
    answer: { text: 'Long ago, in a town without clocks,', status: 'interrupted' },
  },
  {
    ask: 'Try a third.',
    answer: {
      text: 'There was a',
      status: 'error',
      error: {
        code: 'incomplete_stream',
        message: 'groq cut the answer off before it was complete. Retry, or choose another model.',
      },
    },
  },
  {
    ask: 'What is the weather in Oslo?',
    answer: {
      content: [{ type: 'tool_use', id: '1', name: 'get_weather', input: { city: 'Oslo', unit: 'C' } }],
      finish_reason: 'tool_use',
    },
  },
  {
    ask: 'Ask OpenAI instead.',
    answer: {
      status: 'error',
      model: 'openai/gpt-4.1',
      error: {
        code: 'no_api_key',
        message: 'openai needs an API key. Add one under Providers → openai.',
      },
    },
  },
];

/** A thread of question and answer pairs. */
function thread(chat_id: string, turns: Turn[]) {
  let parent_id: string | null = null;
  return turns.flatMap(({ ask, answer }, index) => {
    const created_at = isoAgo(day - index * 60_000);
    const question = fakeMessage({
      id: `${chat_id}-q${index}`,
      chat_id,
      parent_id,
      role: 'user',
      text: ask,
      created_at,
    });
    parent_id = `${chat_id}-a${index}`;
    return [
      question,
      fakeMessage({
        id: parent_id,
        chat_id,
        parent_id: question.id,
        role: 'assistant',
        created_at,
        ...answer,
      }),
    ];
  });
}

export function fakeMessages(): ChatMessage[] {
  return [
    ...thread('search', [
      {
        ask: 'Explain binary search, with code in Python and TypeScript, and compare it to the alternatives.',
        answer: {
          content: [
            {
              type: 'thinking',
              text: 'The person wants an explanation with code.\nI should mention that the list must be sorted.',
            },
            { type: 'text', text: longAnswer },
          ],
        },
      },
      { ask: 'Can I make my tests use one time zone?', answer: { text: shortAnswer } },
    ]),
    fakeMessage({
      id: 'search-a1b',
      chat_id: 'search',
      parent_id: 'search-q1',
      role: 'assistant',
      text: 'A second version of the same answer.',
      model: 'openai/gpt-4.1',
    }),
    ...thread('ends', endings),
    ...thread(
      'long',
      Array.from({ length: 250 }, (_, index) => ({
        ask: `Question ${index + 1}`,
        answer: { text: index % 5 === 0 ? longAnswer : (elizaAnswers[index % 3] ?? '') },
      })),
    ),
  ];
}

export function fakeChats(): Chat[] {
  const titles = [
    'Packing list for Lofoten',
    'Rust lifetimes, once more',
    '为什么天空是蓝色的？',
    'A title that is far too long to fit into the sidebar in any layout',
  ];
  return [
    fakeChat('search', 'Explain binary search, with code', 'search-a1', 60_000),
    fakeChat('ends', 'Tell me a long story', 'ends-a4', 3_600_000),
    fakeChat('long', 'Five hundred messages', 'long-a249', day),
    ...titles.map((title, index) => fakeChat(`more${index}`, title, null, (index + 2) * day)),
  ];
}
