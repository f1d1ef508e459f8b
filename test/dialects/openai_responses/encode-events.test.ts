import { ResponseStream } from 'openai/lib/responses/ResponseStream';
import type { ResponseStreamEvent } from 'openai/resources/responses/responses';
import { Stream } from 'openai/streaming';
import { describe, expect, it } from 'vitest';

import { applyDelta, emptyCompletion, finishReasonOf } from '../../../electron/contract/completion.ts';
import type { Completion } from '../../../electron/contract/completion.ts';
import type { Delta, FinishReason } from '../../../electron/contract/deltas.ts';
import { AppError } from '../../../electron/contract/errors.ts';
import type { AppErrorDetails, ErrorCode } from '../../../electron/contract/errors.ts';
import { isJsonObject } from '../../../electron/contract/json.ts';
import type { JsonObject } from '../../../electron/contract/json.ts';
import type { ChatRequest } from '../../../electron/contract/request.ts';
import type { EncoderContext } from '../../../electron/dialects/dialect.ts';
import { openaiResponses } from '../../../electron/dialects/openai_responses/index.ts';
import { listCases, readCompletion, readDeltas, readObject } from '../read-fixtures.ts';

const dialect = 'openai_responses';
const { client, server } = openaiResponses;
const context: EncoderContext = { id: 'own-id', model: 'own-model', created: 1763787600, wants_usage: true };

function fold(deltas: Delta[]): Completion {
  const completion = emptyCompletion();
  for (const delta of deltas) applyDelta(completion, delta);
  return completion;
}

function encode(deltas: Delta[], request?: ChatRequest): string {
  const encoder = server.createEncoder(request ? { ...context, request } : context);
  return deltas.map(delta => encoder.encode(delta)).join('') + encoder.finish(fold(deltas));
}

type Event = JsonObject & { type: string; sequence_number: number };

/** The events of the encoded stream, each named as its data is typed and numbered from zero; then that it is over. */
function readEvents(text: string): Event[] {
  const [frames = '', ...rest] = text.split('data: [DONE]\n\n');
  expect(rest).toEqual(['']);
  return frames
    .split('\n\n')
    .slice(0, -1)
    .map((frame, index) => {
      const [, name, data] = /^event: ([a-z_.]+)\ndata: (\{[^\n]*)$/.exec(frame) ?? [];
      const event = JSON.parse(data ?? 'null') as Event; // an object, see the pattern
      expect([event.type, event.sequence_number]).toEqual([name, index]);
      return event;
    });
}

/** Each event in a few words: its type, the type of what it brings, the piece of text. */
function outline(text: string): string[] {
  const word = (value: unknown): string => (typeof value === 'string' ? ` ${value}` : '');
  return readEvents(text).map(({ type, item, part, delta }) => {
    const brought = item ?? part ?? null;
    const kind = isJsonObject(brought) ? brought['type'] : undefined;
    return type.replace('response.', '') + word(kind) + word(delta);
  });
}

const start = (index: number, id: string, name: string, signature?: string): Delta => ({
  type: 'block_start',
  block: 'tool_use',
  index,
  id,
  name,
  ...(signature !== undefined && { signature }),
});
const grow = (block: 'text' | 'thinking' | 'tool_use', index: number, delta: string): Delta => ({
  type: 'block_delta',
  block,
  index,
  delta,
});
const finish = (finish_reason: FinishReason): Delta => ({ type: 'message', finish_reason });

describe('streamed answers', () => {
  it('tell each item when it begins, in pieces, and as a whole when it ends', () => {
    const text = encode([
      { type: 'message', id: 'chatcmpl-1', model: 'upstream-model' },
      grow('thinking', 0, 'Hm'),
      grow('thinking', 0, '.'),
      grow('text', 0, 'Grüße\n'),
      start(0, 'call_a', 'f'),
      grow('tool_use', 0, '{"n":'),
      grow('tool_use', 0, '1}'),
      finish('stop'),
    ]);
    expect(outline(text)).toEqual([
      'created',
      'in_progress',
      'output_item.added reasoning',
      'reasoning_summary_part.added summary_text',
      'reasoning_summary_text.delta Hm',
      'reasoning_summary_text.delta .',
      'reasoning_summary_text.done',
      'reasoning_summary_part.done summary_text',
      'output_item.done reasoning',
      'output_item.added message',
      'content_part.added output_text',
      'output_text.delta Grüße\n',
      'output_text.done',
      'content_part.done output_text',
      'output_item.done message',
      'output_item.added function_call',
      'function_call_arguments.delta {"n":',
      'function_call_arguments.delta 1}',
      'function_call_arguments.done',
      'output_item.done function_call',
      'completed',
    ]);
    const events = readEvents(text);
    const ended = events
      .filter(event => event.type === 'response.output_item.done')
      .map(event => event['item']);
    expect(ended).toEqual([
      { id: 'rs_chatcmpl1_0', type: 'reasoning', summary: [{ type: 'summary_text', text: 'Hm.' }] },
      {
        id: 'msg_chatcmpl1_1',
        type: 'message',
        status: 'completed',
        role: 'assistant',
        content: [{ type: 'output_text', annotations: [], logprobs: [], text: 'Grüße\n' }],
      },
      {
        id: 'fc_chatcmpl1_2',
        type: 'function_call',
        status: 'completed',
        arguments: '{"n":1}',
        call_id: 'call_a',
        name: 'f',
      },
    ]);
    expect(events.at(-1)?.['response']).toMatchObject({
      id: 'resp_chatcmpl-1',
      object: 'response',
      created_at: 1763787600,
      model: 'upstream-model',
      status: 'completed',
      output: ended,
      error: null,
      incomplete_details: null,
      usage: null,
    });
    expect(events[0]?.['response']).toMatchObject({
      id: 'resp_chatcmpl-1',
      status: 'in_progress',
      output: [],
    });
  });

  it('say how many tokens they took, every count', () => {
    const usage = { input_tokens: 10, output_tokens: 3, cache_read_tokens: 4 };
    const events = readEvents(encode([grow('text', 0, 'a'), { ...finish('stop'), usage } as Delta])); // a message delta
    expect(events.at(-1)?.['response']).toMatchObject({
      usage: {
        input_tokens: 10,
        input_tokens_details: { cached_tokens: 4, cache_write_tokens: 0 },
        output_tokens: 3,
        output_tokens_details: { reasoning_tokens: 0 },
        total_tokens: 13,
      },
    });
  });

  it('write nothing before the first content, so that an error can still be a status', () => {
    const encoder = server.createEncoder(context);
    expect(encoder.encode({ type: 'message', id: 'a', model: 'm' })).toBe('');
    expect(encoder.encode(grow('text', 0, ''))).toBe('');
    expect(encoder.encode({ type: 'block_start', block: 'text', index: 0 })).toBe('');
    expect(encoder.encode({ type: 'block_start', block: 'thinking', index: 0, id: 'rs_1' })).toBe('');
    expect(encoder.encode(grow('text', 0, 'x'))).not.toBe('');
  });

  it('keep id and model once they are written', () => {
    const events = readEvents(
      encode([grow('text', 0, 'a'), { type: 'message', id: 'late', model: 'late' }, finish('stop')]),
    );
    expect(events.at(-1)?.['response']).toMatchObject({ id: 'resp_own-id', model: 'own-model' });
  });

  it('are whole without any content', () => {
    expect(outline(encode([finish('stop')]))).toEqual(['created', 'in_progress', 'completed']);
  });

  it('write calls that come in turns side by side, name each once, and give those without arguments {}', () => {
    const text = encode([
      start(0, 'call_a', 'f'),
      start(1, 'call_b', 'g'),
      start(1, 'other', 'other'),
      grow('tool_use', 1, '{"n":'),
      grow('tool_use', 9, 'never started'),
      start(2, '', 'h'),
      grow('tool_use', 1, '2}'),
      finish('tool_use'),
    ]);
    expect(outline(text)).toEqual([
      'created',
      'in_progress',
      'output_item.added function_call',
      'output_item.added function_call',
      'function_call_arguments.delta {"n":',
      'output_item.added function_call',
      'function_call_arguments.delta 2}',
      'function_call_arguments.delta {}',
      'function_call_arguments.done',
      'output_item.done function_call',
      'function_call_arguments.done',
      'output_item.done function_call',
      'function_call_arguments.delta {}',
      'function_call_arguments.done',
      'output_item.done function_call',
      'completed',
    ]);
    expect(readEvents(text).at(-1)?.['response']).toMatchObject({
      output: [
        { call_id: 'call_a', name: 'f', arguments: '{}' },
        { call_id: 'call_b', name: 'g', arguments: '{"n":2}' },
        { call_id: 'call_ownid_2', name: 'h', arguments: '{}' },
      ],
    });
  });

  it.each([
    ['stop', 'completed', null],
    ['tool_use', 'completed', null],
    ['length', 'incomplete', { reason: 'max_output_tokens' }],
    ['refusal', 'incomplete', { reason: 'content_filter' }],
  ] as const)('%s ends as %s', (neutral, status, incomplete_details) => {
    const last = readEvents(encode([grow('text', 0, 'a'), finish(neutral)])).at(-1);
    expect(last).toMatchObject({
      type: `response.${status}`,
      response: { status, incomplete_details, output: [{ status }] },
    });
  });

  it('never say that they are complete when nobody said so', () => {
    expect(encode([grow('text', 0, 'a')])).not.toContain('response.completed');
  });

  const failures: [ErrorCode, AppErrorDetails, string][] = [
    ['incomplete_stream', {}, 'server_error'],
    ['stream_error', { http_status: 429 }, 'rate_limit_exceeded'],
    ['stream_error', { http_status: 400 }, 'invalid_prompt'],
    [
      'http_error',
      { http_status: 400, body: { error: { message: 'Why.', code: 'context_length_exceeded' } } },
      'context_length_exceeded',
    ],
  ];

  it.each(failures)(
    'end with what had arrived and an error where they fail: %s %j',
    (code, details, word) => {
      const encoder = server.createEncoder(context);
      const text =
        encoder.encode(grow('text', 0, 'Half')) + encoder.fail(new AppError(code, 'Why.', details));
      const events = readEvents(text);
      expect(events.at(-1)).toMatchObject({
        type: 'response.failed',
        response: {
          status: 'failed',
          error: { code: word, message: 'Why.' },
          output: [{ status: 'incomplete', content: [{ text: 'Half' }] }],
        },
      });
    },
  );

  it('are one failure where the bytes before were not ours', () => {
    const frames = server.createEncoder(context).fail(new AppError('incomplete_stream', 'It ended early.'));
    expect(frames).toMatch(
      /^event: response\.failed\ndata: \{[^\n]*"status":"failed"[^\n]*\}\n\ndata: \[DONE\]\n\n$/,
    );
  });
});

describe('calls of tools that are more than functions', () => {
  const request = (...tools: JsonObject[]): ChatRequest =>
    server.decodeRequest({ model: 'm', input: 'Hi', tools }).request;
  const custom = request({ type: 'custom', name: 'apply_patch' });
  const ended = (text: string): unknown => readEvents(text).at(-2)?.['item'];

  it('that take text tell it as it comes', () => {
    const pieces = ['{"in', 'put":"*** Be', 'gin\\n', '+\\u00', 'e9"}'];
    const text = encode(
      [
        start(0, 'call_a', 'apply_patch'),
        ...pieces.map(piece => grow('tool_use', 0, piece)),
        finish('tool_use'),
      ],
      custom,
    );
    expect(outline(text)).toEqual([
      'created',
      'in_progress',
      'output_item.added custom_tool_call',
      'custom_tool_call_input.delta *** Be',
      'custom_tool_call_input.delta gin\n',
      'custom_tool_call_input.delta +',
      'custom_tool_call_input.delta é',
      'custom_tool_call_input.done',
      'output_item.done custom_tool_call',
      'completed',
    ]);
    const item = {
      id: 'ctc_ownid_0',
      type: 'custom_tool_call',
      status: 'completed',
      call_id: 'call_a',
      name: 'apply_patch',
      input: '*** Begin\n+é',
    };
    expect(ended(text)).toEqual(item);
    expect(readEvents(text).find(event => event.type === 'response.custom_tool_call_input.done')).toEqual({
      type: 'response.custom_tool_call_input.done',
      sequence_number: 7,
      item_id: 'ctc_ownid_0',
      output_index: 0,
      input: '*** Begin\n+é',
    });
  });

  it.each<[string, string[], string]>([
    ['no arguments', [], ''],
    ['text that was not wrapped', ['*** Begin', ' Patch'], '*** Begin Patch'],
    ['text under another name', ['{"patch":"x"}'], 'x'],
    ['text that broke off', ['{"input":"ha', 'lf'], 'half'],
  ])('that take text are understood with %s', (_name, pieces, input) => {
    const deltas = [start(0, 'call_a', 'apply_patch'), ...pieces.map(piece => grow('tool_use', 0, piece))];
    const text = encode([...deltas, finish('tool_use')], custom);
    const told = readEvents(text)
      .filter(event => event.type === 'response.custom_tool_call_input.delta')
      .map(event => (typeof event['delta'] === 'string' ? event['delta'] : ''))
      .join('');
    expect({ told, item: ended(text) }).toMatchObject({ told: input, item: { input } });
    expect(server.encodeResponse(fold(deltas), { ...context, request: custom })['output']).toMatchObject([
      { type: 'custom_tool_call', input },
    ]);
  });

  it.each<[string, JsonObject, string, JsonObject, JsonObject]>([
    [
      'a local shell',
      { type: 'local_shell' },
      'local_shell',
      { command: ['ls'], timeout_ms: 5 },
      {
        id: 'lsh_ownid_0',
        type: 'local_shell_call',
        action: { type: 'exec', command: ['ls'], env: {}, timeout_ms: 5 },
      },
    ],
    [
      'a local shell given a command line',
      { type: 'local_shell' },
      'local_shell',
      { command: 'ls -l' },
      {
        id: 'lsh_ownid_0',
        type: 'local_shell_call',
        action: { type: 'exec', command: ['bash', '-lc', 'ls -l'], env: {} },
      },
    ],
    [
      'a shell',
      { type: 'shell' },
      'shell',
      { commands: ['ls'] },
      {
        id: 'sh_ownid_0',
        type: 'shell_call',
        action: { commands: ['ls'], timeout_ms: null, max_output_length: null },
        environment: null,
      },
    ],
    [
      'a patch',
      { type: 'apply_patch' },
      'apply_patch',
      { type: 'create_file', path: 'a', diff: '+x' },
      {
        id: 'apc_ownid_0',
        type: 'apply_patch_call',
        operation: { type: 'create_file', path: 'a', diff: '+x' },
      },
    ],
    [
      'a search for tools',
      { type: 'tool_search', execution: 'client', parameters: {} },
      'tool_search',
      { query: 'x' },
      { id: 'tsc_ownid_0', type: 'tool_search_call', execution: 'client', arguments: { query: 'x' } },
    ],
  ])('are told whole: %s', (_name, tool, name, input, item) => {
    const json = JSON.stringify(input);
    const text = encode(
      [
        start(0, 'call_a', name),
        grow('tool_use', 0, json.slice(0, 5)),
        grow('tool_use', 0, json.slice(5)),
        finish('tool_use'),
      ],
      request(tool),
    );
    const kind = JSON.stringify(item['type']).slice(1, -1);
    expect(outline(text)).toEqual([
      'created',
      'in_progress',
      `output_item.added ${kind}`,
      `output_item.done ${kind}`,
      'completed',
    ]);
    expect(ended(text)).toEqual({ ...item, call_id: 'call_a', status: 'completed' });
  });

  it('in a group name their group', () => {
    const tool = { type: 'function', name: 'search' };
    const calls = ['docs', 'functions'].map(group => {
      const asked = request({ type: 'namespace', name: group, description: '', tools: [tool] });
      const name = asked.tools?.[0]?.name ?? '';
      return ended(encode([start(0, 'call_a', name), finish('tool_use')], asked)) as JsonObject; // an item, see outline
    });
    expect(calls.map(call => [call['namespace'], call['name']])).toEqual([
      ['docs', 'search'],
      // The group of tools without one.
      [undefined, 'search'],
    ]);
  });
});

describe('the answer repeats what was asked', () => {
  const body: JsonObject = {
    model: 'm',
    input: 'Hi',
    instructions: 'Be brief.',
    tools: [
      { type: 'function', name: 'f', parameters: { type: 'object' } },
      { type: 'custom', name: 'g' },
    ],
    tool_choice: { type: 'custom', name: 'g' },
    parallel_tool_calls: false,
    max_output_tokens: 5,
    max_tool_calls: 2,
    temperature: 0.5,
    top_p: 0.9,
    presence_penalty: 0.25,
    frequency_penalty: 0.75,
    metadata: { a: 'b' },
    user: 'u',
    safety_identifier: 's',
    prompt_cache_key: 'p',
    truncation: 'auto',
    reasoning: { effort: 'high', summary: 'auto' },
    text: {
      verbosity: 'low',
      format: { type: 'json_schema', name: 'n', schema: { type: 'object' }, strict: true },
    },
    store: true,
  };
  const whole = {
    id: 'resp_own-id',
    object: 'response',
    created_at: 1763787600,
    completed_at: null,
    status: 'completed',
    access_programs: null,
    background: false,
    conversation: null,
    error: null,
    incomplete_details: null,
    model: 'own-model',
    moderation: null,
    output: [],
    previous_response_id: null,
    prompt: null,
    prompt_cache_retention: null,
    service_tier: 'default',
    store: false,
    top_logprobs: 0,
    usage: null,
  };

  it('in every event that holds it, but that nothing is stored', () => {
    const { request } = server.decodeRequest(body);
    const events = readEvents(encode([finish('stop')], request));
    const expected = {
      ...whole,
      instructions: 'Be brief.',
      tools: [
        { type: 'function', name: 'f', description: null, parameters: { type: 'object' }, strict: false },
        { type: 'custom', name: 'g' },
      ],
      tool_choice: { type: 'custom', name: 'g' },
      parallel_tool_calls: false,
      max_output_tokens: 5,
      max_tool_calls: 2,
      temperature: 0.5,
      top_p: 0.9,
      presence_penalty: 0.25,
      frequency_penalty: 0.75,
      metadata: { a: 'b' },
      user: 'u',
      safety_identifier: 's',
      prompt_cache_key: 'p',
      truncation: 'auto',
      reasoning: { effort: 'high', summary: 'auto' },
      text: {
        verbosity: 'low',
        format: {
          type: 'json_schema',
          name: 'n',
          description: null,
          schema: { type: 'object' },
          strict: true,
        },
      },
    };
    expect(events.map(event => event['response'])).toEqual([
      { ...expected, status: 'in_progress' },
      { ...expected, status: 'in_progress' },
      expected,
    ]);
    const answered = server.encodeResponse(fold([finish('stop')]), { ...context, request });
    expect(answered).toEqual(expected);
  });

  it('or says what OpenAI takes silence for', () => {
    expect(server.encodeResponse(fold([finish('stop')]), context)).toEqual({
      ...whole,
      instructions: null,
      tools: [],
      tool_choice: 'auto',
      parallel_tool_calls: true,
      max_output_tokens: null,
      max_tool_calls: null,
      temperature: 1,
      top_p: 1,
      presence_penalty: 0,
      frequency_penalty: 0,
      metadata: {},
      user: null,
      safety_identifier: null,
      prompt_cache_key: null,
      truncation: 'disabled',
      reasoning: { effort: null, summary: null },
      text: { format: { type: 'text' } },
    });
  });
});

describe('what a message is', () => {
  const phase = 'openai_responses:{"phase":"commentary"}';

  it('is told with it and comes back with it', () => {
    const text = encode([
      { type: 'block_start', block: 'text', index: 0, signature: phase },
      grow('text', 0, 'Looking.'),
      grow('text', 1, 'Found.'),
      finish('stop'),
    ]);
    const items = readEvents(text).at(-1)?.['response'] as JsonObject; // see the tests above
    expect(items['output']).toMatchObject([{ phase: 'commentary' }, { content: [{ text: 'Found.' }] }]);
    expect(readEvents(text)[2]).toMatchObject({ item: { phase: 'commentary', content: [] } });
    const { request } = server.decodeRequest({ model: 'm', input: items['output'] ?? null });
    expect(client.encodeRequest(request, { id: 'm' })['input']).toMatchObject([
      { phase: 'commentary', content: [{ text: 'Looking.' }] },
      { content: [{ text: 'Found.' }] },
    ]);
  });

  it.each([
    'openai_responses:{"phase":"made up"}',
    'openai_responses:{',
    'another_language:{"phase":"commentary"}',
  ])('is no signature like %s', signature => {
    const text = { type: 'text' as const, text: 'Hi', signature };
    const request: ChatRequest = {
      messages: [{ role: 'assistant', content: [text] }],
      options: {},
      stream: false,
    };
    expect(JSON.stringify(client.encodeRequest(request, { id: 'm' }))).not.toContain('phase');
  });
});

describe('what other vendors demand back', () => {
  const signed: Delta[] = [
    grow('thinking', 0, 'Hm'),
    { type: 'block_delta', block: 'thinking', index: 0, signature: 'EqQB' },
    { type: 'block_start', block: 'thinking', index: 1, redacted_data: 'opaque' },
    start(0, 'call_a', 'f', 'google_gemini:abc'),
    grow('tool_use', 0, '{}'),
    start(1, 'call_b', 'g'),
    grow('tool_use', 1, '{}'),
    { type: 'block_delta', block: 'tool_use', index: 1, signature: 'google_gemini:late' },
    finish('tool_use'),
  ];
  const content = [
    { type: 'thinking', text: 'Hm', signature: 'EqQB' },
    { type: 'thinking', text: '', redacted_data: 'opaque' },
    { type: 'tool_use', id: 'call_a', name: 'f', input: {}, signature: 'google_gemini:abc' },
    { type: 'tool_use', id: 'call_b', name: 'g', input: {}, signature: 'google_gemini:late' },
  ];

  function sendBack(output: unknown): unknown {
    return server.decodeRequest({ model: 'm', input: output as JsonObject[] }).request.messages; // items of our own
  }

  it('travels with the items of a stream', () => {
    const last = readEvents(encode(signed)).at(-1)?.['response'] as JsonObject; // see the tests above
    expect(sendBack(last['output'])).toEqual([{ role: 'assistant', content }]);
  });

  it('travels with a whole answer', () => {
    const { output } = server.encodeResponse(fold(signed), context);
    expect(sendBack(output)).toEqual([{ role: 'assistant', content }]);
  });

  it('is written as it came where it is OpenAI’s', () => {
    const deltas = readDeltas(dialect, 'reasoning');
    const last = readEvents(encode(deltas)).at(-1)?.['response'];
    expect(last).toMatchObject({ output: [{ id: 'rs_1', encrypted_content: 'gAAA-final' }, {}] });
    expect(server.encodeResponse(fold(deltas), context)['output']).toMatchObject([
      { id: 'rs_1', encrypted_content: 'gAAA-final' },
      {},
    ]);
  });
});

it('keeps the ids of reasoning, but none twice', () => {
  const reasoning = (index: number, id: string): Delta[] => [
    { type: 'block_start', block: 'thinking', index, id },
    grow('thinking', index, 'Hm'),
  ];
  const deltas = [...reasoning(0, 'rs-1'), ...reasoning(1, 'rs-1'), ...reasoning(2, 'other'), finish('stop')];
  const ids = [{ id: 'rs-1' }, { id: 'rs_ownid_1' }, { id: 'other' }];
  expect(readEvents(encode(deltas)).at(-1)?.['response']).toMatchObject({ output: ids });
  expect(server.encodeResponse(fold(deltas), context)['output']).toMatchObject(ids);
});

// What the official client makes of our frames is the measure, not what we think of them.
describe('read by the official client', () => {
  const good = listCases(dialect, 'stream.sse').filter(name => {
    const reason = finishReasonOf(fold(readDeltas(dialect, name)));
    return reason !== undefined && reason !== 'error';
  });

  it('has streams to read', () => {
    expect(good.length).toBeGreaterThan(15);
  });

  it.each(good)('%s is the same answer', async name => {
    const deltas = readDeltas(dialect, name);
    const expected = fold(deltas);
    const response = new Response(encode(deltas));
    const events = Stream.fromSSEResponse<ResponseStreamEvent>(response, new AbortController());
    const final = await ResponseStream.fromReadableStream(events.toReadableStream()).finalResponse();
    const join = (block: string) =>
      expected.blocks.flatMap(known => (known.block === block ? [known.text] : [])).join('');
    expect({
      text: final.output_text,
      thinking: final.output
        .flatMap(item => (item.type === 'reasoning' ? item.summary.map(part => part.text) : []))
        .join(''),
      calls: final.output.flatMap(item =>
        item.type === 'function_call' ? [[item.call_id, item.name, item.arguments]] : [],
      ),
      input_tokens: final.usage?.input_tokens,
    }).toEqual({
      text: join('text'),
      thinking: join('thinking'),
      calls: expected.blocks
        .filter(block => block.block === 'tool_use')
        .map(call => [call.id, call.name, call.text || '{}']),
      input_tokens: expected.usage.input_tokens,
    });
  });

  it('follows calls that come in turns', async () => {
    const text = encode([
      grow('thinking', 0, 'a'),
      start(0, 'call_a', 'f', 'google_gemini:abc'),
      start(1, 'call_b', 'g'),
      grow('tool_use', 1, '{"n":2}'),
      grow('text', 0, 'between'),
      grow('tool_use', 0, '{"n":1}'),
      finish('tool_use'),
    ]);
    const events = Stream.fromSSEResponse<ResponseStreamEvent>(new Response(text), new AbortController());
    const final = await ResponseStream.fromReadableStream(events.toReadableStream()).finalResponse();
    expect(final.output.map(item => (item.type === 'function_call' ? item.arguments : item.type))).toEqual([
      'reasoning',
      'reasoning',
      '{"n":1}',
      '{"n":2}',
      'message',
    ]);
  });
});

describe('whole answers', () => {
  // Items get ids of our own, but reasoning keeps its: what is encrypted in it fits no other.
  const withoutIds = (output: unknown): unknown =>
    (output as JsonObject[]).map(item => (item['type'] === 'reasoning' ? item : { ...item, id: '' })); // written as such

  it.each(listCases(dialect, 'response.json'))('encodes %s as it came', name => {
    const encoded = server.encodeResponse(readCompletion(dialect, name), context);
    const expected = readObject(dialect, name, 'response.json');
    for (const field of [
      'id',
      'object',
      'created_at',
      'model',
      'status',
      'incomplete_details',
      'usage',
      'error',
    ]) {
      expect([field, encoded[field]]).toEqual([field, expected[field]]);
    }
    expect(withoutIds(encoded['output'])).toEqual(withoutIds(expected['output']));
    // Clients read fields without asking whether they are there.
    const { text: _text, ...fields } = expected;
    expect(Object.keys(encoded)).toEqual(expect.arrayContaining(Object.keys(fields)));
  });

  it('use our id and model where the upstream gave none', () => {
    expect(server.encodeResponse(emptyCompletion(), context)).toMatchObject({
      id: 'resp_own-id',
      model: 'own-model',
      status: 'incomplete',
      output: [],
      usage: null,
    });
  });
});

it('gives errors OpenAI’s envelope, and keeps what an upstream said', () => {
  const sent = {
    message: 'Too long',
    type: 'invalid_request_error',
    param: 'input',
    code: 'context_length_exceeded',
  };
  const error = client.decodeError(400, JSON.stringify({ error: sent }));
  expect(server.encodeError(error)).toEqual({ status: 400, body: { error: sent } });
});
