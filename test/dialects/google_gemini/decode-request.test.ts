import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { AppError } from '../../../electron/contract/errors.ts';
import type { Json, JsonObject } from '../../../electron/contract/json.ts';
import { googleGemini } from '../../../electron/dialects/google_gemini/index.ts';
import { matchRoute } from '../../../electron/dialects/match-route.ts';
import { hasFile, listCases, outcomeOf, readObject } from '../read-fixtures.ts';

const dialect = 'google_gemini';
const { client, server } = googleGemini;
const cases = listCases(dialect, 'request.json', 'decoded.json');
const route = { params: { model: 'm' } };
const user = { role: 'user', parts: [{ text: 'Hi' }] };

function decode(body: JsonObject) {
  return server.decodeRequest(body, route);
}

function catchError(body: JsonObject): AppError {
  try {
    decode(body);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('It was accepted.');
}

describe('requests', () => {
  it.each(cases)('decodes %s', name => {
    expect(decode(readObject(dialect, name, 'request.json'))).toEqual(
      readObject(dialect, name, 'decoded.json'),
    );
  });

  it.each(cases)('encodes %s again as it was', name => {
    const { model, request } = decode(readObject(dialect, name, 'request.json'));
    const file = hasFile(dialect, name, 'encoded.json') ? 'encoded.json' : 'request.json';
    expect(client.encodeRequest(request, { id: model })).toEqual(readObject(dialect, name, file));
  });

  it.each<[JsonObject, object]>([
    [{ thinkingLevel: 'LOW' }, { reasoning_effort: 'low' }],
    [{ thinkingLevel: 'high' }, { reasoning_effort: 'high' }],
    [{ thinkingBudget: 0 }, { reasoning_effort: 'none' }],
    [{ thinkingBudget: -1 }, {}],
    [{ thinkingBudget: 2048 }, { reasoning_effort: 'low' }],
    [{ thinkingBudget: 2000 }, { reasoning_effort: 'low', reasoning_budget: 2000 }],
    [{ thinkingBudget: 24_576 }, { reasoning_effort: 'xhigh', reasoning_budget: 24_576 }],
    [{ includeThoughts: true }, {}],
  ])('takes thinkingConfig %j', (thinkingConfig, options) => {
    expect(decode({ contents: [user], generationConfig: { thinkingConfig } }).request.options).toEqual(
      options,
    );
  });

  it("gives another vendor's signature back as that vendor wrote it", () => {
    const signed = (signature: string): string => {
      const encoder = server.createEncoder({ id: 'i', model: 'm', created: 1, wants_usage: true });
      const frame = encoder.encode({ type: 'block_delta', block: 'thinking', index: 0, signature });
      const event = JSON.parse(frame.slice('data: '.length)) as { candidates: { content: JsonObject }[] }; // our own frame
      const content = event.candidates[0]!.content;
      expect(JSON.stringify(content)).toMatch(/"thoughtSignature":"[A-Za-z0-9+/=]+"/);
      const [message] = decode({ contents: [content] }).request.messages;
      const [block] = message!.content;
      return block?.type === 'thinking' ? (block.signature ?? '') : '';
    };
    for (const signature of ['ErUBCkYI==', 'openai_responses:{"id":"rs_1"}', 'google_gemini:CiQB+/=='])
      expect(signed(signature)).toBe(signature);
  });
});

describe('the address', () => {
  const find = (path: string) => matchRoute(server.routes, path);

  it.each([
    ['/v1beta/models/gemini-2.5-pro:generateContent', { params: { model: 'gemini-2.5-pro' } }],
    ['/v1/models/groq/a/b:generateContent', { params: { model: 'groq/a/b' } }],
    [
      '/v1beta/models/ollama%2Fqwen3:8b:streamGenerateContent',
      { params: { model: 'ollama/qwen3:8b' }, stream: true },
    ],
    ['/v1beta/groq/llama:streamGenerateContent', { params: { model: 'groq/llama' }, stream: true }],
  ])('%s names the model', (path, match) => {
    expect(find(path)).toEqual(match);
  });

  it.each([
    '/v1beta/models/:generateContent',
    '/v1beta/models/m:countTokens',
    '/v1beta/models/%zz:generateContent',
    '/v2/models/m:generateContent',
  ])('%s is another or none', path => {
    expect(find(path)?.params['model'] ?? '').not.toBe('m');
    expect(find(path)?.params).not.toEqual({ model: '' });
  });

  it('says whether to stream', () => {
    const body = { contents: [user] };
    expect(server.decodeRequest(body, route).request.stream).toBe(false);
    expect(server.decodeRequest(body, { ...route, stream: true }).request.stream).toBe(true);
  });

  it('without a model is refused', () => {
    for (const none of [undefined, { params: {} }, { params: { model: '' } }]) {
      expect(outcomeOf(() => server.decodeRequest({ contents: [user] }, none))).toBe('invalid_request');
    }
  });
});

describe('the form of the answer', () => {
  const schema = { type: 'object', properties: { n: { type: 'integer' } } };

  it.each<[JsonObject, object | undefined]>([
    [
      { responseFormat: [{ text: { mimeType: 'APPLICATION_JSON', schema } }] },
      { type: 'json_schema', name: 'answer', schema },
    ],
    [{ response_format: { text: { mime_type: 'application/json' } } }, { type: 'json_object' }],
    [{ responseFormat: [{ text: { mimeType: 'TEXT_PLAIN' } }] }, undefined],
    [{ responseFormat: [] }, undefined],
  ])('%j', (generationConfig, output) => {
    expect(decode({ contents: [user], generationConfig }).request.options.output).toEqual(output);
  });
});

describe('what only Google knows', () => {
  const declared = { functionDeclarations: [{ name: 'f' }] };
  const asked = {
    contents: [user],
    tools: [{ google_search: {} }, { ...declared, codeExecution: {} }],
    toolConfig: { functionCallingConfig: { mode: 'ANY' }, retrievalConfig: { languageCode: 'de' } },
    safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'OFF' }],
    generationConfig: { mediaResolution: 'MEDIA_RESOLUTION_LOW', topK: 64 },
    labels: null,
  };

  it('goes to Gemini as it was where a script stands in between', () => {
    expect(client.encodeRequest(decode(asked).request, { id: 'gemini-3-flash' })).toEqual({
      contents: [user],
      tools: [{ googleSearch: {} }, { codeExecution: {} }, declared],
      toolConfig: asked.toolConfig,
      safetySettings: asked.safetySettings,
      generationConfig: asked.generationConfig,
    });
  });

  it('is named, each by its own name, where it goes to others', () => {
    const { extra, tools } = server.forOthers?.(decode(asked).request) ?? {};
    expect(Object.keys(extra ?? {})).toEqual([
      'safetySettings',
      'generationConfig.mediaResolution',
      'tools.googleSearch',
      'tools.codeExecution',
      'toolConfig.retrievalConfig',
    ]);
    expect(tools).toEqual([{ name: 'f', input_schema: {} }]);
    const plain = decode({ contents: [user] }).request;
    expect(server.forOthers?.(plain)).toEqual(plain);
  });

  it('is told of, where its tools have done something before', () => {
    const parts = [
      { executableCode: { language: 'PYTHON', code: 'print(1)' } },
      { codeExecutionResult: { outcome: 'OUTCOME_OK', output: '1' } },
      { text: 'One.' },
    ];
    const { request } = decode({ contents: [user, { role: 'model', parts }, user] });
    expect(request.messages[1]?.content).toEqual([
      { type: 'text', text: '[executableCode: {"language":"PYTHON","code":"print(1)"}]' },
      { type: 'text', text: '[codeExecutionResult: {"outcome":"OUTCOME_OK","output":"1"}]' },
      { type: 'text', text: 'One.' },
    ]);
  });
});

describe('wrong requests', () => {
  const part = (value: Json): JsonObject => ({ contents: [user, { role: 'user', parts: [value] }] });
  const asking = (more: JsonObject): JsonObject => ({ contents: [user], ...more });
  const config = (generationConfig: Json): JsonObject => asking({ generationConfig });
  const where = 'contents[1].parts[0]';

  it.each<[string, string, JsonObject]>([
    ['contents', 'a list', {}],
    ['contents', 'a list with at least one content', { contents: [] }],
    ['contents[0]', 'an object', { contents: ['Hi'] }],
    ['contents[0].role', 'user or model', { contents: [{ role: 'assistant', parts: [] }] }],
    ['contents[0].parts', 'a list', { contents: [{ parts: 'Hi' }] }],
    [where, 'an object', part('Hi')],
    [where, 'text, inlineData, fileData, functionCall or functionResponse', part({ videoMetadata: {} })],
    [`${where}.text`, 'a string', part({ text: 5 })],
    [`${where}.thoughtSignature`, 'a string', part({ text: 'a', thoughtSignature: 5 })],
    [`${where}.inlineData.mimeType`, 'a string', part({ inlineData: { data: 'AAAA' } })],
    [`${where}.inlineData.data`, 'base64 text', part({ inlineData: { mimeType: 'image/png', data: '?' } })],
    [`${where}.fileData.fileUri`, 'a string', part({ fileData: {} })],
    [`${where}.functionCall.name`, 'a string', part({ functionCall: {} })],
    [`${where}.functionCall.args`, 'an object', part({ functionCall: { name: 'f', args: '{}' } })],
    [`${where}.functionResponse.name`, 'a string', part({ functionResponse: {} })],
    [
      `${where}.functionResponse.parts[0]`,
      'inlineData or fileData',
      part({ functionResponse: { name: 'f', parts: [{ text: 'a' }] } }),
    ],
    ['systemInstruction', 'an object', asking({ systemInstruction: 5 })],
    ['systemInstruction.parts[0].text', 'a string', asking({ systemInstruction: { parts: [{}] } })],
    ['tools', 'a list', asking({ tools: {} })],
    ['tools[0].functionDeclarations', 'a list', asking({ tools: [{ functionDeclarations: {} }] })],
    [
      'tools[0].functionDeclarations[0].name',
      'a string',
      asking({ tools: [{ functionDeclarations: [{}] }] }),
    ],
    [
      'toolConfig.functionCallingConfig.mode',
      'one of AUTO, ANY, NONE, VALIDATED',
      asking({ toolConfig: { functionCallingConfig: { mode: 'MUST' } } }),
    ],
    ['generationConfig', 'an object', config('hot')],
    ['generationConfig.temperature', 'a number', config({ temperature: 'hot' })],
    ['generationConfig.maxOutputTokens', 'a whole number of 0 or more', config({ maxOutputTokens: -1 })],
    ['generationConfig.stopSequences', 'a list of strings', config({ stopSequences: 'END' })],
    [
      'generationConfig.responseMimeType',
      'text/plain or application/json',
      config({ responseMimeType: 'text/x.enum' }),
    ],
    [
      'generationConfig.thinkingConfig.thinkingLevel',
      'one of minimal, low, medium, high',
      config({ thinkingConfig: { thinkingLevel: 'deep' } }),
    ],
  ])('names %s, which must be %s', (param, expectation, body) => {
    const error = catchError(body);
    expect({ code: error.code, message: error.message, body: error.body }).toEqual({
      code: 'invalid_request',
      message: `${param} must be ${expectation}.`,
      body: { param },
    });
  });

  it.each<[string, JsonObject]>([
    ['cachedContent', asking({ cachedContent: 'cachedContents/1' })],
    ['continuationToken', asking({ continuation_token: 'AAAA' })],
    ['generationConfig.candidateCount', config({ candidateCount: 2 })],
    ['generationConfig.responseFormat', config({ responseFormat: [{ text: {} }, { image: {} }] })],
    ['generationConfig.responseLogprobs', config({ response_logprobs: true })],
    ['generationConfig.responseModalities', config({ responseModalities: ['TEXT', 'IMAGE'] })],
    ['tools[0].googleSearch', asking({ tools: [{ google_search: {} }] })],
    [
      'tools[1].computerUse',
      asking({ tools: [{ functionDeclarations: [{ name: 'f' }] }, { computerUse: {} }] }),
    ],
  ])('refuses %s by name', (param, body) => {
    expect(catchError(body)).toMatchObject({ code: 'invalid_request', body: { param } });
  });

  it('refuses anything else with a reason, and never fails otherwise', () => {
    const name = fc.constantFrom(
      'contents',
      'role',
      'parts',
      'text',
      'thought',
      'thought_signature',
      'inlineData',
      'mimeType',
      'data',
      'functionCall',
      'functionResponse',
      'name',
      'args',
      'response',
      'system_instruction',
      'tools',
      'functionDeclarations',
      'parameters',
      'parametersJsonSchema',
      'properties',
      '$ref',
      'generationConfig',
      'thinkingConfig',
      '__proto__',
    );
    const { value } = fc.letrec<{ value: unknown }>(tie => ({
      value: fc.oneof(
        { depthSize: 'medium' },
        fc.constantFrom<unknown>(null, true, 0, -1, '', 'user', 'model', '#', '#/properties/name', 'AAAA'),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(name, tie('value'), { maxKeys: 5 }),
      ),
    }));
    const outcomes = new Set<string>();
    fc.assert(
      fc.property(fc.dictionary(name, value, { maxKeys: 8 }), fc.boolean(), (random, isWhole) => {
        const body = JSON.parse(JSON.stringify(random)) as JsonObject; // JSON by construction
        const asked = isWhole ? { ...body, contents: [user] } : body;
        outcomes.add(outcomeOf(() => client.encodeRequest(decode(asked).request, { id: 'gemini-3-flash' })));
      }),
      { numRuns: 1000 },
    );
    expect([...outcomes].sort()).toEqual(['invalid_request', 'taken']);
  });
});
