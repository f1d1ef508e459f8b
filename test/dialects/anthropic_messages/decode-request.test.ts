import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { AppError } from '../../../electron/contract/errors.ts';
import { isJsonObject } from '../../../electron/contract/json.ts';
import type { Json, JsonObject } from '../../../electron/contract/json.ts';
import { anthropicMessages } from '../../../electron/dialects/anthropic_messages/index.ts';
import { stripBillingHeader } from '../../../electron/dialects/anthropic_messages/strip-billing-header.ts';
import { hasFile, listCases, outcomeOf, readObject } from '../read-fixtures.ts';

const dialect = 'anthropic_messages';
const { client, server } = anthropicMessages;
const cases = listCases(dialect, 'request.json', 'decoded.json');
const user = { role: 'user', content: 'Hi' };
const ownTool = { name: 'f', input_schema: { type: 'object' } };

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
  it.each(cases)('decodes %s', name => {
    expect(server.decodeRequest(readObject(dialect, name, 'request.json'))).toEqual(
      readObject(dialect, name, 'decoded.json'),
    );
  });

  it.each(cases)('encodes %s again as it was', name => {
    const { model, request } = server.decodeRequest(readObject(dialect, name, 'request.json'));
    const file = hasFile(dialect, name, 'encoded.json') ? 'encoded.json' : 'request.json';
    expect(client.encodeRequest(request, { id: model })).toEqual(readObject(dialect, name, file));
  });

  it.each<[JsonObject, string | undefined, number?]>([
    [{ thinking: { type: 'disabled' } }, 'none'],
    [{ thinking: { type: 'between_tools' } }, 'none'],
    [{ thinking: { type: 'enabled', budget_tokens: 1024 } }, 'low'],
    [{ thinking: { type: 'enabled', budget_tokens: 10_000 } }, 'medium', 10_000],
    [{ thinking: { type: 'enabled', budget_tokens: 16_384 } }, 'high'],
    [{ thinking: { type: 'enabled', budget_tokens: 24_576 } }, 'xhigh'],
    [{ thinking: { type: 'enabled', budget_tokens: 31_999 } }, 'max', 31_999],
    [{ thinking: { type: 'enabled' } }, 'medium'],
    [{ thinking: { type: 'enabled' }, output_config: { effort: 'high' } }, 'high'],
    [{ thinking: { type: 'adaptive' } }, undefined],
    [{ thinking: { type: 'adaptive' }, output_config: { effort: 'xhigh' } }, 'xhigh'],
    [{ output_config: { effort: 'low' } }, 'low'],
    [{ output_config: { effort: 'later' } }, undefined],
  ])('%j asks for effort %s', (fields, effort, budget) => {
    const { request } = server.decodeRequest({ model: 'm', messages: [user], max_tokens: 40_000, ...fields });
    expect(request.options).toEqual({
      max_tokens: 40_000,
      ...(effort !== undefined && { reasoning_effort: effort }),
      ...(budget !== undefined && { reasoning_budget: budget }),
    });
  });

  it.each<[JsonObject, object]>([
    [{ type: 'auto' }, { tool_choice: { type: 'auto' }, options: {} }],
    [{ type: 'any' }, { tool_choice: { type: 'required' }, options: {} }],
    [{ type: 'none' }, { tool_choice: { type: 'none' }, options: {} }],
    [
      { type: 'tool', name: 'f', disable_parallel_tool_use: true },
      { tool_choice: { type: 'tool', name: 'f' }, options: { parallel_tool_calls: false } },
    ],
  ])('tool_choice %j', (tool_choice, expected) => {
    const { request } = server.decodeRequest({ model: 'm', messages: [user], tool_choice });
    expect(request).toMatchObject(expected);
  });

  it('keeps an unknown field whatever it is called', () => {
    const body = JSON.parse(
      '{"model":"m","messages":[{"role":"user","content":"Hi"}],"__proto__":{"a":1}}',
    ) as JsonObject; // an object, see the text
    const { request } = server.decodeRequest(body);
    expect(Object.keys(request.extra ?? {})).toEqual(['__proto__']);
  });
});

describe('tools of Anthropic’s own', () => {
  const search = { type: 'web_search_20260318', name: 'web_search', max_uses: 8 };
  const finder = { type: 'tool_search_tool_regex_20251119', name: 'tool_search_tool_regex' };
  const own = { name: 'f', input_schema: { type: 'object' } };

  it('are left out beside those of the tool, and named for other upstreams', () => {
    const body = { model: 'm', messages: [user], tools: [search, ownTool, finder] };
    const { request } = server.decodeRequest(body);
    expect(request.tools).toEqual([own]);
    expect(Object.keys(server.forOthers?.(request).extra ?? {})).toEqual(['tools', 'tools.web_search']);
    expect(server.understood_extra).toContain('tools');
  });

  it('go to Anthropic as they are where a script stands in between', () => {
    const body = { model: 'm', messages: [user], tools: [search, ownTool], max_tokens: 1 };
    const { request } = server.decodeRequest(body);
    expect(client.encodeRequest(request, { id: 'm' })['tools']).toEqual([search, ownTool]);
    const { request: found } = server.decodeRequest({ ...body, tools: [finder] });
    expect(client.encodeRequest(found, { id: 'm' })['tools']).toEqual([finder]);
  });

  it('are told of, where they have done something before', () => {
    const results = [
      { type: 'web_search_result', title: 'T', url: 'https://e.com', encrypted_content: 'Eo' },
    ];
    const page = {
      type: 'document',
      title: null,
      source: { type: 'text', data: 'Page', media_type: 'text/plain' },
    };
    const fetched = { type: 'web_fetch_result', url: 'https://e.com', content: page };
    const content = [
      { type: 'compaction', content: 'Before: x.', encrypted_content: 'Eo' },
      { type: 'fallback', from: { model: 'a' }, to: { model: 'b' } },
      { type: 'server_tool_use', id: 's', name: 'web_search', input: { query: 'q' } },
      { type: 'web_search_tool_result', tool_use_id: 's', content: results },
      { type: 'web_fetch_tool_result', tool_use_id: 's', content: fetched },
      { type: 'text', text: 'Found.', citations: [{ type: 'web_search_result_location' }] },
    ];
    const { request } = server.decodeRequest({
      model: 'm',
      messages: [user, { role: 'assistant', content }],
    });
    const texts = request.messages[1]?.content.map(block => block.type === 'text' && block.text);
    expect(texts).toEqual([
      'Before: x.',
      '[web_search: {"query":"q"}]',
      '[web_search_tool_result: [{"type":"web_search_result","title":"T","url":"https://e.com"}]]',
      '[web_fetch_tool_result: {"type":"web_fetch_result","url":"https://e.com","content":{"type":"document","title":null,"source":{"type":"text","data":"Page","media_type":"text/plain"}}}]',
      'Found.',
    ]);
  });

  it('are told of, where a search for tools found some', () => {
    const found = [
      { type: 'tool_reference', tool_name: 'mcp__a' },
      { type: 'tool_reference', tool_name: 'mcp__b' },
    ];
    const { request } = server.decodeRequest({
      model: 'm',
      messages: [
        user,
        { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'ToolSearch', input: {} }] },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a', content: found }] },
      ],
    });
    expect(request.messages[2]?.content).toEqual([
      {
        type: 'tool_result',
        tool_use_id: 'a',
        name: 'ToolSearch',
        content: [
          { type: 'text', text: 'The tool mcp__a is available now.' },
          { type: 'text', text: 'The tool mcp__b is available now.' },
        ],
      },
    ]);
  });
});

describe('system messages between the turns', () => {
  const assistant = { role: 'assistant', content: 'Yes.' };
  const system = (content: Json, fields: JsonObject = {}) => ({ role: 'system', content, ...fields });
  const decode = (...messages: Json[]) =>
    server.decodeRequest({ model: 'm', system: 'Top.', messages }).request;

  it('are hoisted in order', () => {
    const asked = decode(user, system('One.'), assistant, user, system([{ type: 'text', text: 'Two.' }]));
    expect(asked.system).toBe('Top.\n\nOne.\n\nTwo.');
    expect(asked.messages.map(message => message.role)).toEqual(['user', 'assistant', 'user']);
  });

  it('are gone where they were meant for one turn that is over', () => {
    const once = { clear_at: 'next_user_message' };
    const asked = decode(user, system('Old.', once), assistant, user, system('New.', once));
    expect(asked.system).toBe('Top.\n\nNew.');
  });

  it('may hold nothing', () => {
    expect(decode(user, { role: 'system', output_config: { effort: 'low' } }).system).toBe('Top.');
  });

  it('add tools and take them away', () => {
    const tool = (name: string) => ({ name, input_schema: { type: 'object' } });
    const reference = (name: string) => ({ type: 'tool_reference', name });
    const definition = { type: 'tool_definition', definition: tool('new') };
    const { request } = server.decodeRequest({
      model: 'm',
      tools: [tool('a'), tool('b'), { ...tool('c'), defer_loading: true }],
      messages: [
        user,
        system([
          { type: 'tool_removal', tool: reference('a') },
          { type: 'tool_removal', tool: reference('b') },
          { type: 'text', text: 'Less.' },
        ]),
        assistant,
        user,
        system([
          { type: 'tool_addition', tool: reference('b') },
          { type: 'tool_addition', tool: reference('c') },
          { type: 'tool_addition', tool: definition },
          { type: 'tool_addition', tool: { type: 'mcp_tool_reference', name: 'x', server_name: 's' } },
        ]),
      ],
    });
    expect(request.tools?.map(({ name }) => name)).toEqual(['b', 'c', 'new']);
    expect(request.system).toBe('Less.');
  });
});

describe('wrong requests', () => {
  const message = (value: Json): JsonObject => ({ model: 'm', messages: [user, value] });
  const block = (value: Json): JsonObject => message({ role: 'user', content: [value] });
  const body = (fields: JsonObject): JsonObject => ({ model: 'm', messages: [user], ...fields });

  it.each<[string, string, JsonObject]>([
    ['model', 'a string', { messages: [user] }],
    ['messages', 'a list', { model: 'm' }],
    ['messages', 'a list with at least one message', { model: 'm', messages: [] }],
    ['messages[1]', 'an object', message('Hi')],
    ['messages[1].role', 'user, assistant or system', message({ role: 'tool', content: 'Hi' })],
    ['messages[1].content', 'a string or a list of content blocks', message({ role: 'user' })],
    ['messages[1].content[0]', 'an object', block('Hi')],
    ['messages[1].content[0].type', 'a string', block({})],
    ['messages[1].content[0].text', 'a string', block({ type: 'text' })],
    ['messages[1].content[0].source', 'an object', block({ type: 'image' })],
    [
      'messages[1].content[0].source.type',
      'base64, url or text',
      block({ type: 'image', source: { type: 'disk' } }),
    ],
    [
      'messages[1].content[0].source.data',
      'base64 text',
      block({ type: 'image', source: { type: 'base64', media_type: 'image/png', data: '*' } }),
    ],
    [
      'messages[1].content[0].source.url',
      'an http(s) address',
      block({ type: 'image', source: { type: 'url', url: 'file:///etc/passwd' } }),
    ],
    ['messages[1].content[0].id', 'a string', block({ type: 'tool_use', name: 'f', input: {} })],
    ['messages[1].content[0].tool_use_id', 'a string', block({ type: 'tool_result' })],
    [
      'messages[1].content[0].content',
      'a string or a list of content blocks',
      block({ type: 'tool_result', tool_use_id: 'a', content: 5 }),
    ],
    [
      'messages[1].content[0].content[0].type',
      'one of text, image, document, search_result',
      block({ type: 'tool_result', tool_use_id: 'a', content: [{ type: 'tool_use' }] }),
    ],
    ['messages[1].content[0].data', 'a string', block({ type: 'redacted_thinking' })],
    ['system', 'a string or a list of text blocks', body({ system: 5 })],
    ['system[0].type', '"text"', body({ system: [{ type: 'image' }] })],
    ['stream', 'true or false', body({ stream: 'yes' })],
    ['max_tokens', 'a whole number of 0 or more', body({ max_tokens: -1 })],
    ['temperature', 'a number', body({ temperature: 'hot' })],
    ['stop_sequences', 'a list of strings', body({ stop_sequences: 'END' })],
    ['thinking', 'an object', body({ thinking: 'much' })],
    ['output_config', 'an object', body({ output_config: 1 })],
    ['output_config.format.type', '"json_schema"', body({ output_config: { format: { type: 'xml' } } })],
    ['output_format.schema', 'an object', body({ output_format: { type: 'json_schema' } })],
    ['metadata', 'an object', body({ metadata: [] })],
    ['metadata.user_id', 'a string', body({ metadata: { user_id: 1 } })],
    ['tools', 'a list', body({ tools: {} })],
    ['tools[0].name', 'a string', body({ tools: [{ input_schema: {} }] })],
    ['tools[0].input_schema', 'an object', body({ tools: [{ name: 'f' }] })],
    ['tool_choice', 'an object', body({ tool_choice: 'auto' })],
    ['tool_choice.type', 'auto, any, tool or none', body({ tool_choice: { type: 'required' } })],
    ['tool_choice.name', 'a string', body({ tool_choice: { type: 'tool' } })],
  ])('says that %s must be %s', (path, expectation, wrong) => {
    const error = catchError(wrong);
    expect({ code: error.code, message: error.message, body: error.body }).toEqual({
      code: 'invalid_request',
      message: `${path} must be ${expectation}.`,
      body: { param: path },
    });
    expect(server.encodeError(error)).toMatchObject({
      status: 400,
      body: { error: { type: 'invalid_request_error', message: error.message } },
    });
  });

  it.each<[string, JsonObject]>([
    [
      'tools[0].type is "web_search_20250305"',
      body({ tools: [{ type: 'web_search_20250305', name: 'web_search' }] }),
    ],
    [
      'tools[1].type is "web_search_20250305"',
      body({
        tools: [ownTool, { type: 'web_search_20250305', name: 'web_search' }],
        tool_choice: { type: 'tool', name: 'web_search' },
      }),
    ],
    ['tools[1].type is "bash_20250124"', body({ tools: [ownTool, { type: 'bash_20250124', name: 'bash' }] })],
    ['messages[1].content[0].type is "container_upload"', block({ type: 'container_upload', file_id: 'f' })],
    ['Parley cannot ask this model for thread', body({ thread: { type: 'continue', thread_id: 't' } })],
    ['Parley cannot ask this model for compaction', body({ compaction: { type: 'summarize' } })],
    [
      'Parley cannot ask this model for mcp_servers',
      body({ mcp_servers: [{ type: 'url', url: 'https://example.com', name: 'm' }] }),
    ],
    ['Parley cannot ask this model for container', body({ container: 'c' })],
    [
      'messages[1].content[0].source names a file',
      block({ type: 'document', source: { type: 'file', file_id: 'f' } }),
    ],
  ])('names what only Anthropic can do: %s', (start, wrong) => {
    expect(catchError(wrong).message.startsWith(start)).toBe(true);
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
      { type: 'text' },
      { type: 'any' },
    ),
    fc.jsonValue().map(value => value as Json), // its own type says unknown
  );

  it('are refused with an AppError or understood, and what is understood can be asked', () => {
    const outcomes = new Set<string>();
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
          outcomes.add(outcome);
          expect(['taken', 'invalid_request', 'unsupported_modality']).toContain(outcome);
        },
      ),
      { numRuns: 4000 },
    );
    expect(outcomes).toContain('taken');
    expect(outcomes).toContain('invalid_request');
  });
});

describe('the billing line of Claude Code', () => {
  const line = 'x-anthropic-billing-header: cc_version=2.1.117.48f; cc_entrypoint=cli; cch=71fea;';

  it('is taken out where it stands first, and nothing else is', () => {
    expect(stripBillingHeader(`${line}\n\nYou are Claude Code.\n`)).toBe('You are Claude Code.\n');
    expect(stripBillingHeader(`${line}\n  Indented`)).toBe('  Indented');
    expect(stripBillingHeader(line)).toBe('');
    expect(stripBillingHeader(`Explain:\n${line}`)).toBe(`Explain:\n${line}`);
    expect(stripBillingHeader('You are x.')).toBe('You are x.');
  });

  it('is the first line of the decoded system prompt', () => {
    const { request } = server.decodeRequest(readObject(dialect, 'request-claude-code', 'request.json'));
    expect(stripBillingHeader(request.system ?? '')).toBe('You are Claude Code.');
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
