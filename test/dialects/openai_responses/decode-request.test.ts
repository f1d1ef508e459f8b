import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { AppError } from '../../../electron/contract/errors.ts';
import { isJsonObject } from '../../../electron/contract/json.ts';
import type { Json, JsonObject } from '../../../electron/contract/json.ts';
import type { ChatRequest, ToolChoice } from '../../../electron/contract/request.ts';
import { openaiResponses } from '../../../electron/dialects/openai_responses/index.ts';
import { hasFile, listCases, outcomeOf, readObject } from '../read-fixtures.ts';

const dialect = 'openai_responses';
const { client, server } = openaiResponses;
const cases = listCases(dialect, 'request.json', 'decoded.json');

function catchError(body: JsonObject): AppError {
  try {
    server.decodeRequest(body);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('It was accepted.');
}

describe('requests', () => {
  it('has fixtures', () => {
    expect(cases.length).toBeGreaterThan(5);
  });

  it.each(cases)('decodes %s', name => {
    const expected = readObject(dialect, name, 'decoded.json');
    expect(server.decodeRequest(readObject(dialect, name, 'request.json'))).toEqual(expected);
  });

  it.each(cases)('encodes %s again as it was', name => {
    const { model, request } = server.decodeRequest(readObject(dialect, name, 'request.json'));
    const file = hasFile(dialect, name, 'encoded.json') ? 'encoded.json' : 'request.json';
    expect(client.encodeRequest(request, { id: model })).toEqual(readObject(dialect, name, file));
  });
});

const plainTool = { type: 'function', name: 'f', parameters: {} };

describe('tools of its own kinds', () => {
  const decode = (more: JsonObject): ChatRequest =>
    server.decodeRequest({ model: 'm', input: 'Hi', ...more }).request;

  it('that only widen what a model can reach are left out beside others, and named', () => {
    const search = { type: 'web_search', external_web_access: false };
    const { tools, extra } = decode({ tools: [search, plainTool, { type: 'image_generation' }] });
    expect(tools?.map(tool => tool.name)).toEqual(['f']);
    expect(extra).toEqual({
      'tools.web_search': [search],
      'tools.image_generation': [{ type: 'image_generation' }],
    });
  });

  it('go to an upstream of the same format again', () => {
    const tools = [plainTool, { type: 'web_search' }];
    expect(client.encodeRequest(decode({ tools }), { id: 'm' })).toMatchObject({
      tools: [{ type: 'function', name: 'f' }, { type: 'web_search' }],
    });
  });

  it('did what the answers after tell: that is left out, and named', () => {
    const searched = { type: 'web_search_call', id: 'ws_1', status: 'completed' };
    const request = decode({ input: [searched, searched, { role: 'user', content: 'Hi' }] });
    expect(request.messages).toHaveLength(1);
    expect(request.extra).toEqual({ 'input.web_search_call': [searched, searched] });
    const warned: string[] = [];
    const sent = client.encodeRequest(request, { id: 'm' }, field => warned.push(field));
    expect({ warned, keys: Object.keys(sent).filter(name => name.includes('.')) }).toEqual({
      warned: ['input.web_search_call'],
      keys: [],
    });
  });

  it.each<[string, JsonObject, ToolChoice]>([
    ['a custom tool', { type: 'custom', name: 'apply_patch' }, { type: 'tool', name: 'apply_patch' }],
    ['a member of a group', { type: 'function', name: 'search' }, { type: 'tool', name: 'docs__search' }],
    [
      'a member by its group',
      { type: 'function', name: 'search', namespace: 'docs' },
      { type: 'tool', name: 'docs__search' },
    ],
    ['the shell', { type: 'shell' }, { type: 'tool', name: 'shell' }],
    ['a plain function', { type: 'function', name: 'f' }, { type: 'tool', name: 'f' }],
  ])('can be chosen: %s', (_name, tool_choice, expected) => {
    const tools = [
      plainTool,
      { type: 'custom', name: 'apply_patch' },
      { type: 'namespace', name: 'docs', tools: [{ type: 'function', name: 'search' }] },
      { type: 'shell' },
    ];
    const request = decode({ tools, tool_choice });
    expect(request.tool_choice).toEqual(expected);
    const again = client.encodeRequest(request, { id: 'm' });
    expect(decode({ tools, tool_choice: again['tool_choice'] ?? null }).tool_choice).toEqual(expected);
  });

  it('keep what they say beyond a function’s fields', () => {
    const tools = [{ ...plainTool, defer_loading: true }];
    expect(client.encodeRequest(decode({ tools }), { id: 'm' })['tools']).toEqual(tools);
  });

  it('found by searching are called by their own names, whatever group OpenAI says', () => {
    const call = { type: 'function_call', call_id: 'c', namespace: 'find', name: 'find', arguments: '{}' };
    expect(decode({ input: [call] }).messages).toMatchObject([{ content: [{ name: 'find' }] }]);
  });

  it('can be narrowed to some', () => {
    const tools = [plainTool, { type: 'custom', name: 'g' }, { type: 'custom', name: 'h' }];
    const allowed = { type: 'allowed_tools', mode: 'required', tools: [{ type: 'custom', name: 'g' }] };
    const request = decode({ tools, tool_choice: allowed });
    expect({ names: request.tools?.map(tool => tool.name), choice: request.tool_choice }).toEqual({
      names: ['g'],
      choice: { type: 'required' },
    });
  });

  it.each<[string, JsonObject[], Json, Json]>([
    [
      'a local shell',
      [
        {
          type: 'local_shell_call',
          id: 'lsh_1',
          call_id: 'call_1',
          status: 'completed',
          action: { type: 'exec', command: ['ls'], env: {}, timeout_ms: 5 },
        },
        { type: 'local_shell_call_output', id: 'lsh_1', output: 'a.txt' },
      ],
      { name: 'local_shell', input: { command: ['ls'], env: {}, timeout_ms: 5 } },
      'a.txt',
    ],
    [
      'a shell',
      [
        { type: 'shell_call', call_id: 'call_1', action: { commands: ['ls'], timeout_ms: null } },
        {
          type: 'shell_call_output',
          call_id: 'call_1',
          output: [{ stdout: 'a', stderr: '', outcome: { type: 'exit', exit_code: 0 } }],
        },
      ],
      { name: 'shell', input: { commands: ['ls'], timeout_ms: null } },
      '[{"stdout":"a","stderr":"","outcome":{"type":"exit","exit_code":0}}]',
    ],
    [
      'a patch',
      [
        {
          type: 'apply_patch_call',
          call_id: 'call_1',
          status: 'completed',
          operation: { type: 'delete_file', path: 'a' },
        },
        { type: 'apply_patch_call_output', call_id: 'call_1', status: 'failed', output: 'No such file' },
      ],
      { name: 'apply_patch', input: { type: 'delete_file', path: 'a' } },
      'No such file',
    ],
  ])('are called and answered: %s', (_name, input, call, output) => {
    const { messages } = decode({ input });
    expect(messages).toMatchObject([
      { role: 'assistant', content: [{ type: 'tool_use', id: 'call_1', ...(call as object) }] },
      {
        role: 'user',
        content: [{ type: 'tool_result', tool_use_id: 'call_1', content: [{ type: 'text', text: output }] }],
      },
    ]);
  });
});

describe('wrong requests', () => {
  const ask = (more: JsonObject): JsonObject => ({ model: 'm', input: 'Hi', ...more });
  const item = (value: Json): JsonObject => ask({ input: [value] });
  const part = (value: Json): JsonObject => item({ role: 'user', content: [value] });

  it.each<[string, string, JsonObject]>([
    ['model', 'a string', { input: 'Hi' }],
    ['model', 'a string that is not empty', ask({ model: '' })],
    ['input', 'a string or a list with at least one item', { model: 'm' }],
    ['input', 'a string or a list with at least one item', ask({ input: [] })],
    ['input[0]', 'an object', item('Hi')],
    ['input[0].type', 'a string', item({ type: 5 })],
    ['input[0].role', 'a string', item({ content: 'Hi' })],
    ['input[0].role', 'one of user, assistant, system, developer', item({ role: 'tool', content: 'Hi' })],
    ['input[0].content', 'a string or a list of content parts', item({ role: 'user' })],
    [
      'input[0].content[0].type',
      'a text part in a message of this role',
      item({
        role: 'developer',
        content: [{ type: 'input_image', image_url: 'https://a.example/x.png' }],
      }),
    ],
    ['input[0].content[0]', 'an object', part('Hi')],
    [
      'input[0].content[0].type',
      'one of input_text, input_image, input_file, input_audio, output_text, refusal',
      part({ type: 'video' }),
    ],
    ['input[0].content[0].text', 'a string', part({ type: 'input_text' })],
    [
      'input[0].content[0].image_url',
      'an http(s) address or a data: URL with base64 data',
      part({ type: 'input_image', image_url: 'file:///etc/passwd' }),
    ],
    [
      'input[0].content[0].file_data',
      'a data: URL with base64 data',
      part({ type: 'input_file', file_data: '?' }),
    ],
    [
      'input[0].content[0].file_url',
      'an http(s) address',
      part({ type: 'input_file', file_url: 'ftp://a.example' }),
    ],
    [
      'input[0].content[0].input_audio.data',
      'base64 text',
      part({ type: 'input_audio', input_audio: { data: '*', format: 'wav' } }),
    ],
    ['input[0].call_id', 'a string', item({ type: 'function_call', name: 'f', arguments: '' })],
    ['input[0].name', 'a string that is not empty', item({ type: 'function_call', call_id: 'a', name: '' })],
    [
      'input[0].arguments',
      'a string of JSON',
      item({ type: 'function_call', call_id: 'a', name: 'f', arguments: 5 }),
    ],
    ['input[0].call_id', 'a string', item({ type: 'function_call_output', output: '' })],
    [
      'input[0].output',
      'a string or a list of content parts',
      item({ type: 'function_call_output', call_id: 'a', output: {} }),
    ],
    ['input[0].summary', 'a list', item({ type: 'reasoning', summary: 'Hm' })],
    ['instructions', 'a string', ask({ instructions: [] })],
    ['stream', 'true or false', ask({ stream: 'yes' })],
    ['max_output_tokens', 'a whole number of 0 or more', ask({ max_output_tokens: -1 })],
    ['temperature', 'a number', ask({ temperature: 'hot' })],
    ['stop', 'a string or a list of strings', ask({ stop: [1] })],
    [
      'reasoning.effort',
      'one of none, minimal, low, medium, high, xhigh, max',
      ask({ reasoning: { effort: 'huge' } }),
    ],
    ['text.format.type', 'text, json_object or json_schema', ask({ text: { format: { type: 'xml' } } })],
    ['text.format.schema', 'an object', ask({ text: { format: { type: 'json_schema', name: 'a' } } })],
    ['tools', 'a list', ask({ tools: {} })],
    ['tools[0].name', 'a string', ask({ tools: [{ type: 'function', function: { name: 'f' } }] })],
    ['tool_choice', 'none, auto, required or {"type": "function", "name": …}', ask({ tool_choice: 'maybe' })],
    ['metadata', 'an object', ask({ metadata: [] })],
  ])('says that %s must be %s', (path, expectation, body) => {
    const error = catchError(body);
    expect({ code: error.code, message: error.message }).toEqual({
      code: 'invalid_request',
      message: `${path} must be ${expectation}.`,
    });
    expect(server.encodeError(error)).toMatchObject({ status: 400, body: { error: { param: path } } });
  });

  it.each<[string, JsonObject, RegExp]>([
    ['tools[0].type', ask({ tools: [{ type: 'web_search' }] }), /"web_search", a tool only OpenAI/],
    ['tools[1].type', ask({ tools: [plainTool, { type: 'mcp', server_label: 'x' }] }), /"mcp"/],
    ['tools[1].type', ask({ tools: [plainTool, { type: 'file_search' }] }), /"file_search"/],
    ['tools[1].type', ask({ tools: [plainTool, { type: 'code_interpreter' }] }), /"code_interpreter"/],
    ['tools[1].type', ask({ tools: [plainTool, { type: 'computer' }] }), /"computer"/],
    ['tools[1].type', ask({ tools: [plainTool, { type: 'made_up' }] }), /"made_up"/],
    ['tools[0].type', ask({ tools: [{ type: 'tool_search', execution: 'server' }] }), /"tool_search"/],
    [
      'tools[0].type',
      ask({ tools: [{ type: 'shell', environment: { type: 'container_auto' } }] }),
      /"shell", a tool only OpenAI/,
    ],
    [
      'tools[0].tools[0].type',
      ask({ tools: [{ type: 'namespace', name: 'n', tools: [{ type: 'web_search' }] }] }),
      /"web_search"/,
    ],
    ['tool_choice.type', ask({ tool_choice: { type: 'file_search' } }), /"file_search"/],
    ['tool_choice.type', ask({ tools: [plainTool], tool_choice: { type: 'shell' } }), /"shell"/],
    [
      'tool_choice.tools[0].type',
      ask({
        tools: [plainTool],
        tool_choice: { type: 'allowed_tools', mode: 'auto', tools: [{ type: 'image_generation' }] },
      }),
      /"image_generation"/,
    ],
    ['input[0]', item({ type: 'item_reference', id: 'msg_1' }), /keeps no answers/],
    ['input[0].type', item({ type: 'compaction', encrypted_content: 'x' }), /"compaction"/],
    ['input[0].type', item({ type: 'mcp_call', id: 'mcp_1' }), /"mcp_call"/],
    ['input[0].type', item({ type: 'made_up' }), /"made_up"/],
    [
      'input[0].content[0].image_url',
      part({ type: 'input_image', file_id: 'file-1' }),
      /send the file itself/,
    ],
    [
      'input[0].content[0].file_data',
      part({ type: 'input_file', file_id: 'file-1' }),
      /send the file itself/,
    ],
    ['previous_response_id', ask({ previous_response_id: 'resp_1' }), /whole conversation/],
    ['conversation', ask({ conversation: 'conv_1' }), /whole conversation/],
    ['background', ask({ background: true }), /keeps no answers/],
    ['prompt', ask({ prompt: { id: 'pmpt_1' } }), /nothing like it/],
    ['top_logprobs', ask({ top_logprobs: 3 }), /nothing like it/],
    ['include', ask({ include: ['message.output_text.logprobs'] }), /nothing like it/],
    ['prompt_cache_options.prewarm', ask({ prompt_cache_options: { prewarm: true } }), /nothing like it/],
    ['n', ask({ n: 2 }), /nothing like it/],
    ['logprobs', ask({ logprobs: true }), /nothing like it/],
    ['logit_bias', ask({ logit_bias: { '50256': -100 } }), /nothing like it/],
  ])('%s is refused by name where it cannot be had', (param, body, reason) => {
    const error = catchError(body);
    expect(error.code).toBe('invalid_request');
    expect(error.message).toContain(param);
    expect(error.message).toMatch(reason);
    expect(server.encodeError(error)).toMatchObject({ status: 400, body: { error: { param } } });
  });

  it('takes harmless values of them', () => {
    const body = {
      previous_response_id: null,
      background: false,
      top_logprobs: 0,
      include: ['reasoning.encrypted_content'],
      n: 1,
      logprobs: false,
      truncation: 'disabled',
      store: false,
    };
    expect(server.decodeRequest(ask(body)).request).not.toHaveProperty('extra');
  });

  it('reads what OpenAI calls otherwise by now', () => {
    const read = (more: JsonObject) => server.decodeRequest(ask(more)).request.options;
    expect(read({ safety_identifier: 'u' })).toEqual({ user: 'u' });
    expect(read({ prompt_cache_retention: '24h' })).toEqual({ cache: 'long' });
    expect(read({ prompt_cache_options: { ttl: '30m' } })).toEqual({ cache: 'short' });
    const part = {
      type: 'input_text',
      text: 'Hi',
      prompt_cache_breakpoint: { mode: 'explicit', ttl: '12h' },
    };
    expect(read({ input: [{ role: 'user', content: [part] }] })).toEqual({ cache: 'long' });
    const described = {
      type: 'json_schema',
      name: 'a',
      description: 'An answer.',
      schema: { type: 'object' },
    };
    expect(read({ text: { format: described } }).output).toMatchObject({
      schema: { description: 'An answer.', type: 'object' },
    });
  });

  it('takes the options compatible servers know as well', () => {
    const options = { top_k: 5, stop: ['END'], seed: 1, frequency_penalty: 1, presence_penalty: 0.5 };
    expect(server.decodeRequest(ask({ ...options, stop: 'END' })).request.options).toEqual(options);
  });
});

describe('reasoning that comes back', () => {
  const thinking = (encrypted_content: string, more: JsonObject = {}) =>
    server.decodeRequest({
      model: 'm',
      input: [{ type: 'reasoning', summary: [], encrypted_content, ...more }],
    }).request.messages;

  it.each(['parley:', 'parley:{', 'parley:[]', 'gAAA'])('is kept as it is where it is not ours: %s', text => {
    expect(thinking(text)).toEqual([
      {
        role: 'assistant',
        content: [
          {
            type: 'thinking',
            text: '',
            signature: `openai_responses:${JSON.stringify({ encrypted_content: text })}`,
          },
        ],
      },
    ]);
  });

  it('signs the call it belongs to, whichever of the two comes first', () => {
    const call = { type: 'function_call', call_id: 'call_a', name: 'f', arguments: '{}' };
    const carried = { call_id: 'call_a', signature: 'google_gemini:abc' };
    const carrier = {
      type: 'reasoning',
      summary: [],
      encrypted_content: `parley:${JSON.stringify(carried)}`,
    };
    for (const input of [
      [carrier, call],
      [call, carrier],
    ]) {
      expect(server.decodeRequest({ model: 'm', input }).request.messages).toEqual([
        {
          role: 'assistant',
          content: [{ type: 'tool_use', id: 'call_a', name: 'f', input: {}, signature: 'google_gemini:abc' }],
        },
      ]);
    }
  });
});

describe('mutated requests', () => {
  const bodies = cases.map(name => readObject(dialect, name, 'request.json'));
  const junk = fc.oneof(
    fc.constantFrom<Json>(
      null,
      true,
      0,
      -1,
      1.5,
      '',
      'x',
      [],
      {},
      [null],
      [{}],
      { type: 'function' },
      { type: 'reasoning', encrypted_content: 'parley:{}' },
    ),
    fc.jsonValue({ maxDepth: 1 }).map(value => value as Json), // its own type says unknown
  );

  it('are refused with an AppError or understood, and what is understood can be asked', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...bodies),
        fc.array(fc.nat(), { maxLength: 8 }),
        junk,
        (body, path, value) => {
          const mutated = mutate(body, path, value);
          const outcome = outcomeOf(() => {
            const { request, model } = server.decodeRequest(mutated);
            JSON.stringify(client.encodeRequest(request, { id: model }));
          });
          expect(['taken', 'invalid_request']).toContain(outcome);
        },
      ),
      { numRuns: 3000 },
    );
  });
});

/** A copy with the value somewhere in it, at a place the path of numbers leads to. */
function mutate(body: JsonObject, path: number[], value: Json): JsonObject {
  const copy = structuredClone(body);
  let target: Json = copy;
  for (const [depth, step] of path.entries()) {
    const keys: string[] = Object.keys(target ?? {});
    const key = keys[step % Math.max(keys.length, 1)];
    if (key === undefined) break;
    const holder = target as Record<string, Json>; // a list's keys are its indexes
    const next: Json = holder[key] ?? null;
    if (depth === path.length - 1 || (!isJsonObject(next) && !Array.isArray(next))) {
      holder[key] = value;
      break;
    }
    target = next;
  }
  return copy;
}
