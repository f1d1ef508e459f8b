import { describe, expect, it } from 'vitest';

import {
  applyDelta,
  completionContent,
  emptyCompletion,
  finishReasonOf,
} from '../../electron/contract/completion.ts';
import type { Completion } from '../../electron/contract/completion.ts';
import type { Delta, FinishReason } from '../../electron/contract/deltas.ts';
import { AppError } from '../../electron/contract/errors.ts';
import type { JsonObject } from '../../electron/contract/json.ts';
import type { Block, Message } from '../../electron/contract/message.ts';
import type { DialectName } from '../../electron/contract/models.ts';
import type { ChatRequest } from '../../electron/contract/request.ts';
import type { Dialect } from '../../electron/dialects/dialect.ts';
import { matchRoute } from '../../electron/dialects/match-route.ts';
import { dialects } from '../../electron/dialects/registry.ts';
import { decodeChunks, singleBytes } from './read-fixtures.ts';

// Every tool's dialect before every upstream's. A dialect joins by being registered: its server half plays the
// upstream, its client half the tool.

const all: Dialect[] = Object.values(dialects);
const pairs = all.flatMap(tool =>
  all.map(upstream => ({ tool, upstream, name: `${tool.name} → ${upstream.name}` })),
);
type Feature =
  | 'cached tokens'
  | 'forced tool calls'
  | 'the user'
  | 'levels of effort'
  | 'single tool calls'
  | 'stop sequences';

/** What a vendor's format has no words for; the reason stands with the test that is left out. */
const missing: Partial<Record<DialectName, Partial<Record<Feature, string>>>> = {
  google_gemini: {
    'single tool calls': 'Gemini cannot be told.',
    'the user': 'Gemini does not ask who it is.',
  },
  ollama_chat: {
    'cached tokens': 'Ollama does not count them.',
    'forced tool calls': 'Ollama lets its models decide; forcing one is refused.',
    'single tool calls': 'Ollama cannot be told.',
    'the user': 'Ollama does not ask who it is.',
    'levels of effort': 'Ollama models think or do not; only gpt-oss knows levels.',
  },
  openai_responses: {
    'stop sequences': 'The Responses format has no word for them; asking for them is refused by name.',
  },
};

function whyNot(feature: Feature, ...involved: Dialect[]): string | undefined {
  return involved.map(({ name }) => missing[name]?.[feature]).find(reason => reason !== undefined);
}

const context = { id: 'own', model: 'own-model', created: 1763787600, wants_usage: true };
const model = { id: 'some-model', reasoning: true };

function fold(deltas: Delta[]): Completion {
  const completion = emptyCompletion();
  for (const delta of deltas) applyDelta(completion, delta);
  return completion;
}

function encodeStream(dialect: Dialect, deltas: Delta[]): Buffer {
  const encoder = dialect.server.createEncoder(context);
  return Buffer.from(deltas.map(delta => encoder.encode(delta)).join('') + encoder.finish(fold(deltas)));
}

/** What the tool reads when the upstream answers so, streamed one byte per write. */
function streamThrough(tool: Dialect, upstream: Dialect, deltas: Delta[]): Completion {
  const translated = decodeChunks(upstream, singleBytes(encodeStream(upstream, deltas)));
  return fold(decodeChunks(tool, singleBytes(encodeStream(tool, translated))));
}

/** The same, not streamed. */
function sendThrough(tool: Dialect, upstream: Dialect, deltas: Delta[]): Completion {
  const answered = asJson(upstream.server.encodeResponse(fold(deltas), context));
  const translated = fold(upstream.client.decodeResponse(answered));
  return fold(tool.client.decodeResponse(asJson(tool.server.encodeResponse(translated, context))));
}

/** The request the upstream reads when the tool asks so. */
function askThrough(
  tool: Dialect,
  upstream: Dialect,
  request: Partial<ChatRequest>,
): { sent: string; read: ChatRequest } {
  const asked: ChatRequest = { messages: [said('user', 'Hi')], options: {}, stream: true, ...request };
  const received = receive(tool, asJson(tool.client.encodeRequest(asked, model)), asked.stream);
  // What only the tool's dialect knows stays behind.
  const { extra: _extra, ...translated } = received;
  const sent = asJson(upstream.client.encodeRequest(translated, model));
  return { sent: JSON.stringify(sent), read: receive(upstream, sent, translated.stream) };
}

/** The request a server reads at the address the client half asks at. */
function receive(dialect: Dialect, body: JsonObject, stream: boolean): ChatRequest {
  const [path = ''] = dialect.client.path(model, { stream }).split('?');
  const route = matchRoute(dialect.server.routes, path);
  if (!route) throw new Error(`${dialect.name} does not serve the address it asks at.`);
  const decoded = dialect.server.decodeRequest(body, route);
  expect(decoded.model).toBe(model.id);
  return decoded.request;
}

function asJson(value: JsonObject): JsonObject {
  return JSON.parse(JSON.stringify(value)) as JsonObject; // an object was stringified
}

function said(role: Message['role'], ...content: (string | Block)[]): Message {
  return {
    role,
    content: content.map(part => (typeof part === 'string' ? { type: 'text', text: part } : part)),
  };
}

/** What an answer means, whichever way its blocks are cut. */
function meaningOf(completion: Completion): object {
  const content = completionContent(completion);
  const join = (type: 'text' | 'thinking') =>
    content.map(block => (block.type === type ? block.text : '')).join('');
  return {
    text: join('text'),
    thinking: join('thinking'),
    calls: content.flatMap(block => (block.type === 'tool_use' ? [[block.id, block.name, block.input]] : [])),
    finish_reason: finishReasonOf(completion),
    // Clients of the Responses format demand every count, so that there one nobody told is written as zero.
    usage: Object.fromEntries(Object.entries(completion.usage).filter(([, count]) => count !== 0)),
  };
}

const start = (index: number, id: string, name: string): Delta => ({
  type: 'block_start',
  block: 'tool_use',
  index,
  id,
  name,
});
const grow = (block: 'text' | 'thinking' | 'tool_use', index: number, delta: string): Delta => ({
  type: 'block_delta',
  block,
  index,
  delta,
});
const finish = (finish_reason: FinishReason): Delta => ({
  type: 'message',
  finish_reason,
  usage: { input_tokens: 1200, output_tokens: 30, cache_read_tokens: 1000 },
});
const head: Delta = { type: 'message', id: 'msg_1', model: 'upstream-model' };

const answers: [string, Delta[]][] = [
  ['text', [head, grow('text', 0, 'Grüße,\n'), grow('text', 0, '東京 👋 "quoted" \\'), finish('stop')]],
  ['nothing', [head, finish('stop')]],
  [
    'reasoning before text',
    [
      head,
      grow('thinking', 0, 'Let me '),
      grow('thinking', 0, 'see.'),
      grow('text', 1, 'Four'),
      finish('stop'),
    ],
  ],
  [
    'one tool call',
    [
      head,
      grow('text', 0, 'Looking.'),
      start(1, 'call_a', 'get_weather'),
      grow('tool_use', 1, '{"city":'),
      grow('tool_use', 1, '"Rome"}'),
      finish('tool_use'),
    ],
  ],
  [
    'parallel tool calls, one without arguments',
    [
      head,
      start(0, 'call_a', 'get_weather'),
      grow('tool_use', 0, '{"city":"Rome"}'),
      start(1, 'call_b', 'now'),
      start(2, 'call_c', 'get_weather'),
      grow('tool_use', 2, '{"city":"Oslo"}'),
      finish('tool_use'),
    ],
  ],
  [
    'tool calls an upstream ended with stop',
    [head, start(0, 'call_a', 'now'), grow('tool_use', 0, '{}'), finish('stop')],
  ],
  ['length', [head, grow('text', 0, 'Once upon'), finish('length')]],
  ['a refusal', [head, grow('text', 0, 'I cannot'), finish('refusal')]],
];

describe.each(pairs)('$name', ({ tool, upstream }) => {
  it.each(answers)('answers %s', (_name, deltas) => {
    const completion = fold(deltas);
    if (whyNot('cached tokens', tool, upstream)) delete completion.usage.cache_read_tokens;
    const expected = meaningOf(completion);
    expect(meaningOf(streamThrough(tool, upstream, deltas))).toEqual(expected);
    expect(meaningOf(sendThrough(tool, upstream, deltas))).toEqual(expected);
  });

  it('asks in a conversation with tools', () => {
    const { read } = askThrough(tool, upstream, {
      system: 'Be brief.',
      messages: [
        said('user', 'Weather and time?'),
        said(
          'assistant',
          'Looking.',
          { type: 'tool_use', id: 'call_a', name: 'get_weather', input: { city: 'Rome' } },
          { type: 'tool_use', id: 'call_b', name: 'now', input: {} },
        ),
        said(
          'user',
          { type: 'tool_result', tool_use_id: 'call_a', content: [{ type: 'text', text: 'Sunny' }] },
          { type: 'tool_result', tool_use_id: 'call_b', content: [{ type: 'text', text: 'Noon' }] },
          'Go on.',
        ),
      ],
    });
    const blocks = read.messages.flatMap(({ role, content }) => content.map(block => ({ role, ...block })));
    const result = (tool_use_id: string, name: string, text: string) => ({
      role: 'user',
      type: 'tool_result',
      tool_use_id,
      name,
      content: [{ type: 'text', text }],
    });
    expect({ system: read.system, blocks }).toEqual({
      system: 'Be brief.',
      blocks: [
        { role: 'user', type: 'text', text: 'Weather and time?' },
        { role: 'assistant', type: 'text', text: 'Looking.' },
        { role: 'assistant', type: 'tool_use', id: 'call_a', name: 'get_weather', input: { city: 'Rome' } },
        { role: 'assistant', type: 'tool_use', id: 'call_b', name: 'now', input: {} },
        result('call_a', 'get_weather', 'Sunny'),
        result('call_b', 'now', 'Noon'),
        { role: 'user', type: 'text', text: 'Go on.' },
      ],
    });
  });

  it('asks with images, also inside results', () => {
    const image = (text: string) =>
      ({
        type: 'attachment',
        media_type: 'image/png',
        source: { type: 'base64', data: Buffer.from(`\u0000${text}`).toString('base64') },
      }) as const;
    const { sent, read } = askThrough(tool, upstream, {
      messages: [
        said('user', image('one'), 'What is it?'),
        said('assistant', { type: 'tool_use', id: 'call_a', name: 'look', input: {} }),
        said('user', { type: 'tool_result', tool_use_id: 'call_a', content: [image('two')] }),
      ],
    });
    expect(read.messages[0]?.content).toEqual([image('one'), { type: 'text', text: 'What is it?' }]);
    expect(sent).toContain(image('two').source.data);
  });

  const tools = [
    {
      name: 'f',
      description: 'Does f',
      input_schema: { type: 'object', properties: { a: { type: 'integer' } } },
    },
    { name: 'g', input_schema: { type: 'object', properties: {} } },
  ];

  it('asks with tools', () => {
    expect(askThrough(tool, upstream, { tools }).read.tools).toEqual(tools);
  });

  it('asks with a choice among tools', ({ skip }) => {
    const reason = whyNot('forced tool calls', tool, upstream);
    skip(reason !== undefined, reason);
    for (const tool_choice of [
      { type: 'auto' } as const,
      { type: 'none' } as const,
      { type: 'required' } as const,
      { type: 'tool', name: 'g' } as const,
    ]) {
      const { read } = askThrough(tool, upstream, { tools, tool_choice });
      expect({ tools: read.tools, tool_choice: read.tool_choice }).toEqual({ tools, tool_choice });
    }
  });

  it('asks for one tool call at a time', ({ skip }) => {
    const reason = whyNot('single tool calls', tool, upstream);
    skip(reason !== undefined, reason);
    const { read } = askThrough(tool, upstream, { tools, options: { parallel_tool_calls: false } });
    expect(read.options.parallel_tool_calls).toBe(false);
  });

  it('asks with the options every vendor has', () => {
    const common = { max_tokens: 500, temperature: 0.5, top_p: 0.9 };
    const options = whyNot('stop sequences', tool, upstream) ? common : { ...common, stop: ['END'] };
    expect(askThrough(tool, upstream, { options, stream: false }).read).toMatchObject({
      options,
      stream: false,
    });
  });

  it('says who asks', ({ skip }) => {
    const reason = whyNot('the user', tool, upstream);
    skip(reason !== undefined, reason);
    expect(askThrough(tool, upstream, { options: { user: 'u-1' } }).read.options.user).toBe('u-1');
  });

  it('asks for no effort, or for some', () => {
    for (const reasoning_effort of ['none', 'medium'] as const) {
      const { read } = askThrough(tool, upstream, { options: { reasoning_effort } });
      expect(read.options.reasoning_effort).toBe(reasoning_effort);
    }
  });

  it.for(['low', 'high', 'xhigh'] as const)('asks for effort %s', (reasoning_effort, { skip }) => {
    const reason = whyNot('levels of effort', tool, upstream);
    skip(reason !== undefined, reason);
    const { read } = askThrough(tool, upstream, { options: { reasoning_effort } });
    expect(read.options.reasoning_effort).toBe(reasoning_effort);
  });

  it('asks for an answer of a form', () => {
    const schema = {
      type: 'object',
      properties: { n: { type: 'integer' } },
      required: ['n'],
      additionalProperties: false,
    };
    const output = { type: 'json_schema', name: 'answer', schema } as const;
    expect(askThrough(tool, upstream, { options: { output } }).read.options.output).toMatchObject(output);
  });

  it.each([400, 401, 403, 404, 413, 429, 500, 503, 529])(
    'says what an upstream said with status %d',
    status => {
      const theirs = new AppError('http_error', 'Their own words.', { http_status: status });
      const { body } = upstream.server.encodeError(theirs);
      const error = upstream.client.decodeError(status, JSON.stringify(body));
      const told = tool.server.encodeError(error);
      expect(told.status).toBe(status);
      expect(tool.client.decodeError(told.status, JSON.stringify(told.body)).message).toContain(
        'Their own words.',
      );
    },
  );

  it('keeps when to try again', () => {
    const error = new AppError('http_error', 'Slow down.', { http_status: 429, retry_after_ms: 7000 });
    expect(tool.server.encodeError(error).headers).toEqual({ 'retry-after': '7' });
  });

  it.each([429, 503])('ends a stream that fails half-way (%d) with an error, its text kept', status => {
    const theirs = upstream.server.createEncoder(context);
    const bytes =
      theirs.encode(head) +
      theirs.encode(grow('text', 0, 'Half')) +
      theirs.fail(new AppError('stream_error', 'Their own words.', { http_status: status }));
    const translated = fold(decodeChunks(upstream, singleBytes(Buffer.from(bytes))));
    expect(translated).toMatchObject({
      error: { message: expect.stringContaining('Their own words.') as string },
    });
    const ours = tool.server.createEncoder(context);
    const { code, message, ...details } = translated.error ?? { code: 'internal', message: '' };
    const frames = ours.encode(grow('text', 0, 'Half')) + ours.fail(new AppError(code, message, details));
    const read = fold(decodeChunks(tool, singleBytes(Buffer.from(frames))));
    expect(read.blocks.map(block => block.text)).toEqual(['Half']);
    expect(read.error?.message).toContain('Their own words.');
    expect(read.finish_reason).toBeUndefined();
  });

  it('sees a stream that ended too early for what it is', () => {
    const theirs = upstream.server.createEncoder(context);
    const cut = decodeChunks(upstream, [
      Buffer.from(theirs.encode(head) + theirs.encode(grow('text', 0, 'Half an'))),
    ]);
    expect(finishReasonOf(fold(cut))).toBeUndefined();
    const ours = tool.server.createEncoder(context);
    const frames =
      cut.map(delta => ours.encode(delta)).join('') + ours.fail(new AppError('incomplete_stream', 'Cut.'));
    const read = fold(decodeChunks(tool, [Buffer.from(frames)]));
    expect({
      text: read.blocks[0]?.text,
      finish: read.finish_reason,
      failed: read.error !== undefined,
    }).toEqual({
      text: 'Half an',
      finish: undefined,
      failed: true,
    });
  });
});

describe.each(all.map(dialect => ({ name: dialect.name, dialect })))(
  'a call the limit cut off in $name',
  ({ dialect }) => {
    const cut = [
      head,
      start(0, 'call_a', 'delete_files'),
      grow('tool_use', 0, '{"older_th'),
      finish('length'),
    ];

    it('ends as cut off, not as a call to be made', () => {
      const { client, server } = dialect;
      expect(finishReasonOf(fold(cut))).toBe('length');
      const whole = server.encodeResponse(fold(cut), context);
      expect(fold(client.decodeResponse(asJson(whole))).finish_reason).toBe('length');
      const streamed = decodeChunks(dialect, [encodeStream(dialect, cut)]);
      expect(fold(streamed).finish_reason).toBe('length');
    });

    it('is given to nobody as a call with other arguments', () => {
      const calls = (deltas: Delta[]): string[] =>
        fold(deltas).blocks.flatMap(({ block, text }) => (block === 'tool_use' ? [text] : []));
      const whole = dialect.server.encodeResponse(fold(cut), context);
      const told = [
        ...calls(dialect.client.decodeResponse(asJson(whole))),
        ...calls(decodeChunks(dialect, [encodeStream(dialect, cut)])),
      ];
      expect(told.filter(text => text !== '{"older_th')).toEqual([]);
    });

    it('is a call where it is whole all the same', () => {
      const whole = cut.map(delta => (delta.type === 'block_delta' ? { ...delta, delta: '{"a":1}' } : delta));
      expect(finishReasonOf(streamThrough(dialect, dialect, whole))).toBe('tool_use');
    });
  },
);
