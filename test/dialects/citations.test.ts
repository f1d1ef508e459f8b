import { describe, expect, test } from 'vitest';

import type { Citation } from '../../electron/contract/citations.ts';
import { applyDelta, completionContent, emptyCompletion } from '../../electron/contract/completion.ts';
import type { Completion } from '../../electron/contract/completion.ts';
import type { Delta } from '../../electron/contract/deltas.ts';
import type { JsonObject } from '../../electron/contract/json.ts';
import { dialects } from '../../electron/dialects/registry.ts';

const one: Citation = { url: 'https://one.test/a', title: 'One' };
const two: Citation = { url: 'https://two.test/', title: 'Two' };

function fold(deltas: readonly Delta[]): Completion {
  const completion = emptyCompletion();
  for (const delta of deltas) applyDelta(completion, delta);
  return completion;
}

type Name = keyof typeof dialects;

function decode(name: Name, events: readonly JsonObject[]): Completion {
  const decoder = dialects[name].client.createDecoder();
  return fold(events.flatMap(event => decoder.decodeEvent(event)));
}

const chunk = (delta: JsonObject, more: JsonObject = {}): JsonObject => ({
  id: 'c',
  choices: [{ index: 0, delta, finish_reason: null }],
  ...more,
});
const cite = ({ url, title = '' }: Citation) => ({
  type: 'url_citation',
  url,
  title,
  start_index: 0,
  end_index: 3,
});
const grounding = (list: Citation[]) => ({
  groundingChunks: list.map(({ url, title = '' }) => ({ web: { uri: url, title } })),
});

const streams: [string, Name, JsonObject[]][] = [
  [
    'OpenAI, in completions',
    'openai_completions',
    [
      chunk({ content: 'Text.' }),
      chunk({
        annotations: [one, two].map(({ url, title = '' }) => ({
          type: 'url_citation',
          url_citation: { url, title },
        })),
      }),
    ],
  ],
  [
    'Perplexity, which says all in every event',
    'openai_completions',
    [1, 2].map(() =>
      chunk(
        { content: 'Text.' },
        {
          citations: [one.url, two.url, 'file:///etc/passwd', 7],
          search_results: [one, two].map(({ url, title = '' }) => ({ url, title, date: null })),
        },
      ),
    ),
  ],
  [
    'OpenAI, in responses',
    'openai_responses',
    [
      { type: 'response.output_text.delta', output_index: 0, content_index: 0, delta: 'Text.' },
      { type: 'response.output_text.annotation.added', output_index: 0, annotation: cite(one) },
      {
        type: 'response.output_item.done',
        output_index: 0,
        item: {
          type: 'message',
          content: [{ type: 'output_text', text: 'Text.', annotations: [cite(one), cite(two)] }],
        },
      },
    ],
  ],
  [
    'Anthropic',
    'anthropic_messages',
    [
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: 'Text.' } },
      ...[one, two, one].map(({ url, title = '' }) => ({
        type: 'content_block_delta',
        index: 0,
        delta: {
          type: 'citations_delta',
          citation: { type: 'web_search_result_location', url, title, cited_text: 'T', encrypted_index: 'x' },
        },
      })),
      {
        type: 'content_block_delta',
        index: 0,
        delta: { type: 'citations_delta', citation: { type: 'char_location', document_title: 'Mine' } },
      },
    ],
  ],
  [
    'Google',
    'google_gemini',
    [
      { candidates: [{ index: 0, content: { parts: [{ text: 'Text.' }] } }] },
      {
        candidates: [
          {
            index: 0,
            content: { parts: [] },
            groundingMetadata: grounding([one, two]),
            finishReason: 'STOP',
          },
        ],
      },
    ],
  ],
];

describe('sources', () => {
  test.each(streams)('are read from the stream of %s', (_vendor, name, events) => {
    const completion = decode(name, events);
    expect(completion.citations).toEqual([one, two]);
    expect(completionContent(completion).at(-1)).toMatchObject({ type: 'text', citations: [one, two] });
  });

  test('without a title are filled in by a later mention, and do not lose it again', () => {
    const { url } = one;
    const deltas = [[{ url }], [one], [{ url }]].map(citations => ({ type: 'message' as const, citations }));
    expect(fold(deltas).citations).toEqual([one]);
  });

  test('an answer without any says nothing of them', () => {
    const content = completionContent(
      fold([{ type: 'block_delta', block: 'text', index: 0, delta: 'Text.' }]),
    );
    expect(content).toEqual([{ type: 'text', text: 'Text.' }]);
  });
});

describe.each(['openai_completions', 'openai_responses', 'google_gemini'] as const)('told in %s', name => {
  const { client, server } = dialects[name];
  const context = { id: 'id', model: 'm', created: 1, wants_usage: false };
  const deltas: Delta[] = [
    { type: 'block_delta', block: 'text', index: 0, delta: 'Text.' },
    { type: 'message', citations: [one] },
    { type: 'message', citations: [two], finish_reason: 'stop' },
  ];

  test('sources survive the way through a stream', () => {
    const encoder = server.createEncoder(context);
    const text = deltas.map(delta => encoder.encode(delta)).join('') + encoder.finish(fold(deltas));
    const events = text
      .split('\n')
      .filter(line => line.startsWith('data: {'))
      .map(line => JSON.parse(line.slice('data: '.length)) as JsonObject);
    expect(decode(name, events).citations).toEqual([one, two]);
  });

  test('and in a whole answer', () => {
    const body = server.encodeResponse(fold(deltas), context);
    expect(fold(client.decodeResponse(body)).citations).toEqual([one, two]);
  });
});
